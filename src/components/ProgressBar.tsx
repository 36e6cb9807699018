import * as React from 'react';

/** What a {@link ProgressBar} needs. */
export interface IProgressBarProps {
  /** What makes progress, for screen readers. */
  label: string;
  /** From 0 to 1; left out while nobody knows. */
  value?: number;
  /** Shown beside the bar, e.g. "3 of 10 cells". */
  text?: string;
}

/** A native progress bar with words beside it. */
export function ProgressBar(props: IProgressBarProps): JSX.Element {
  const { label, value, text } = props;
  const known =
    value === undefined ? undefined : Math.min(1, Math.max(0, value));
  return (
    <span className="jp-SageMakerStudio-ProgressBar">
      <progress
        aria-label={label}
        aria-valuetext={text}
        {...(known !== undefined && { value: known, max: 1 })}
      />
      {text && <span aria-hidden="true">{text}</span>}
    </span>
  );
}
