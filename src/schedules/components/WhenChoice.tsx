import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

/** The choice between now and a schedule, as a section of the job form. */
export function WhenChoice(props: {
  isScheduled: boolean;
  /** Whether a definition is edited, which has a schedule. */
  isFixed: boolean;
  trans: TranslationBundle;
  onChange: (isScheduled: boolean) => void;
  children: React.ReactNode;
}): JSX.Element {
  const { isScheduled, isFixed, trans, onChange, children } = props;
  const name = React.useId();
  const radio = (value: boolean, label: string) => (
    <label>
      <input
        type="radio"
        name={name}
        checked={isScheduled === value}
        onChange={() => onChange(value)}
      />
      {label}
    </label>
  );
  return (
    <fieldset className="jp-SageMakerStudio-FormSection jp-SageMakerStudio-When">
      <legend>{trans.__('When')}</legend>
      {!isFixed && (
        <div className="jp-SageMakerStudio-When-choice">
          {radio(false, trans.__('Now'))}
          {radio(true, trans.__('On a schedule'))}
        </div>
      )}
      {children}
    </fieldset>
  );
}
