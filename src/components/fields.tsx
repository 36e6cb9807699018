import * as React from 'react';

/** What a labelled control needs. */
export interface IFieldProps {
  label: string;
  /** The sentence that says what to change. */
  problem?: string;
  /** A sentence of help. */
  help?: React.ReactNode;
  /** Gets the attributes that tie the control to its label and messages. */
  children: (attributes: IControlAttributes) => React.ReactNode;
}

/** Attributes of a control inside a {@link Field}. */
export interface IControlAttributes {
  id: string;
  className: string;
  'aria-invalid': boolean;
  'aria-describedby': string | undefined;
}

/** A control with its label, its help and what is wrong with it. */
export function Field(props: IFieldProps): JSX.Element {
  const { label, problem, help, children } = props;
  const id = React.useId();
  const described = [
    help ? `${id}-help` : '',
    problem ? `${id}-problem` : ''
  ].filter(Boolean);
  return (
    <div className="jp-SageMakerStudio-Field">
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        className: 'jp-mod-styled',
        'aria-invalid': problem !== undefined,
        'aria-describedby': described.join(' ') || undefined
      })}
      {help && (
        <p id={`${id}-help`} className="jp-SageMakerStudio-Field-help">
          {help}
        </p>
      )}
      <ProblemText id={`${id}-problem`} problem={problem} />
    </div>
  );
}

/** What is wrong, or nothing. */
export function ProblemText(props: {
  id?: string;
  problem: string | undefined;
}): JSX.Element | null {
  const { id, problem } = props;
  return problem ? (
    <p id={id} className="jp-SageMakerStudio-Field-problem">
      {problem}
    </p>
  ) : null;
}

/** A tick box with its words. */
export function Checkbox(props: {
  label: string;
  isChecked: boolean;
  isDisabled?: boolean;
  help?: string;
  onChange?: (isChecked: boolean) => void;
}): JSX.Element {
  const { label, isChecked, isDisabled, help, onChange } = props;
  const id = React.useId();
  return (
    <div className="jp-SageMakerStudio-Checkbox">
      <label>
        <input
          type="checkbox"
          checked={isChecked}
          disabled={isDisabled}
          aria-describedby={help ? id : undefined}
          onChange={event => onChange?.(event.target.checked)}
        />
        {label}
      </label>
      {help && (
        <p id={id} className="jp-SageMakerStudio-Field-help">
          {help}
        </p>
      )}
    </div>
  );
}
