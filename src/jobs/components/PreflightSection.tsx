import * as React from 'react';

import { StatusChip } from '../../components/StatusChip';
import type { StatusTone } from '../../components/StatusChip';
import type { FindingLevel } from '../findings';
import type { IFormPartProps } from './ParametersField';

const TONES: Record<FindingLevel, StatusTone> = {
  fine: 'success',
  warning: 'warning',
  problem: 'failure',
  unknown: 'waiting'
};

/** What was looked at before submitting, line by line. */
export function PreflightSection(props: IFormPartProps): JSX.Element {
  const { model, trans } = props;
  const { findings, isRunning, hasProblem } = model.preflight;
  return (
    <section
      className="jp-SageMakerStudio-Preflight"
      aria-label={trans.__('Checks')}
    >
      <button
        type="button"
        className="jp-mod-styled jp-mod-reject"
        disabled={isRunning}
        onClick={() => void model.check()}
      >
        {isRunning ? trans.__('Checking…') : trans.__('Run the checks')}
      </button>
      <ul className="jp-SageMakerStudio-Findings" aria-live="polite">
        {findings.map(({ id, level, text, error }) => (
          <li key={id} data-level={level}>
            <StatusChip
              tone={TONES[level]}
              label={text}
              title={error?.message}
            />
          </li>
        ))}
      </ul>
      {hasProblem && (
        <p role="status" className="jp-SageMakerStudio-Field-problem">
          {trans.__(
            'The job is likely to fail. Change what is wrong, or submit it all the same.'
          )}
        </p>
      )}
    </section>
  );
}
