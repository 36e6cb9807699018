import * as React from 'react';

/** What a {@link FoldedSection} needs. */
export interface IFoldedSectionProps {
  title: string;
  /** What is set in it, in a line; seen while it is folded, too. */
  summary: string;
  /** Something in it has to be changed: it opens. */
  hasProblem?: boolean;
  /** Called each time it opens. */
  onOpen?: () => void;
  children: React.ReactNode;
}

/** A section of a form that is folded until somebody needs it. */
export function FoldedSection(props: IFoldedSectionProps): JSX.Element {
  const { title, summary, hasProblem = false, onOpen, children } = props;
  const [isOpen, setIsOpen] = React.useState(hasProblem);
  React.useEffect(() => {
    if (hasProblem) {
      setIsOpen(true);
    }
  }, [hasProblem]);
  React.useEffect(() => {
    if (isOpen) {
      onOpen?.();
    }
    // What is loaded depends on the opening alone.
  }, [isOpen]);
  return (
    <details
      className="jp-SageMakerStudio-FormSection jp-SageMakerStudio-FoldedSection"
      open={isOpen}
      onToggle={event => setIsOpen(event.currentTarget.open)}
    >
      <summary>
        <span className="jp-SageMakerStudio-FoldedSection-title">{title}</span>{' '}
        <span className="jp-SageMakerStudio-FoldedSection-summary">
          {summary}
        </span>
      </summary>
      <div role="group" aria-label={title}>
        {children}
      </div>
    </details>
  );
}
