import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { MimeModel } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { JSONObject } from '@lumino/coreutils';
import { Widget } from '@lumino/widgets';
import * as React from 'react';

/** The MIME type JupyterLab's own renderer draws. */
const VEGA_LITE = 'application/vnd.vegalite.v5+json';

/** Colours of JupyterLab's theme, as they are now. */
export interface IChartTheme {
  text: string;
  line: string;
  mark: string;
  isDark: boolean;
}

/** What a {@link VegaChart} needs. */
export interface IVegaChartProps {
  spec: JSONObject;
  /** What is drawn, in words; the numbers are in the table. */
  label: string;
  rendermime: IRenderMimeRegistry;
  trans: TranslationBundle;
}

/** A chart drawn by JupyterLab's own Vega renderer. */
export function VegaChart(props: IVegaChartProps): JSX.Element {
  const { spec, label, rendermime, trans } = props;
  const host = React.useRef<HTMLDivElement>(null);
  const [problem, setProblem] = React.useState<string | null>(null);
  const text = JSON.stringify(spec);
  const isThere = rendermime.mimeTypes.includes(VEGA_LITE);
  // Not `useEffect`: a Lumino widget has to be taken away before the page around it is.
  React.useLayoutEffect(() => {
    const node = host.current;
    if (!node || !isThere) {
      return;
    }
    const renderer = rendermime.createRenderer(VEGA_LITE);
    Widget.attach(renderer, node);
    let isCurrent = true;
    setProblem(null);
    const data = { [VEGA_LITE]: JSON.parse(text) as JSONObject };
    renderer.renderModel(new MimeModel({ data })).catch(error => {
      if (isCurrent) {
        setProblem(error instanceof Error ? error.message : String(error));
      }
    });
    return () => {
      isCurrent = false;
      renderer.dispose();
    };
  }, [text, rendermime, isThere]);
  return (
    <figure className="jp-SageMakerStudio-VegaChart">
      <div ref={host} role="img" aria-label={label} />
      {!isThere && (
        <p>
          {trans.__(
            'This JupyterLab can’t draw charts: its Vega extension is disabled. The table has all the numbers.'
          )}
        </p>
      )}
      {problem && (
        <p role="alert">{trans.__('The chart can’t be drawn: %1', problem)}</p>
      )}
    </figure>
  );
}

/** The colours of JupyterLab's theme, read again when the person changes it. */
export function useChartTheme(): IChartTheme {
  const [theme, setTheme] = React.useState(readTheme);
  React.useEffect(() => {
    // The attribute changes before the theme's style sheet is there.
    let timer: ReturnType<typeof setTimeout> | undefined;
    const observer = new MutationObserver(() => {
      clearTimeout(timer);
      timer = setTimeout(() => setTheme(readTheme()), 100);
    });
    observer.observe(document.body, {
      attributeFilter: ['data-jp-theme-light', 'data-jp-theme-name']
    });
    return () => {
      clearTimeout(timer);
      observer.disconnect();
    };
  }, []);
  return theme;
}

function readTheme(): IChartTheme {
  const style = getComputedStyle(document.body);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  return {
    text: colour('--jp-ui-font-color1'),
    line: colour('--jp-border-color1'),
    mark: colour('--jp-brand-color1'),
    isDark: document.body.dataset.jpThemeLight === 'false'
  };
}
