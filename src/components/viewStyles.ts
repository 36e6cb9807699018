/** The styles of panels and dialogs; load it with `import()`, so that a page without any has none. */
import '../../style/views.css';
