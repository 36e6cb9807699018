import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

/** What is lost and what is kept, for dialogs that ask before it happens. */
export function Consequences(props: {
  lost: string[];
  kept: string[];
  trans: TranslationBundle;
}): JSX.Element {
  const { lost, kept, trans } = props;
  const list = (title: string, items: string[]) => (
    <>
      <strong>{title}</strong>
      <ul>
        {items.map(item => (
          <li key={item}>{item}</li>
        ))}
      </ul>
    </>
  );
  return (
    <div className="jp-SageMakerStudio-Consequences">
      {list(trans.__('Lost'), lost)}
      {list(trans.__('Kept'), kept)}
    </div>
  );
}
