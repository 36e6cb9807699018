import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Checkbox } from '../../../components/fields';
import { StatusChip } from '../../../components/StatusChip';
import type { StatusTone } from '../../../components/StatusChip';
import type { FindingLevel, IFinding } from '../findings';

const TONES: Record<FindingLevel, StatusTone> = {
  blocking: 'failure',
  tick: 'warning',
  confirm: 'warning',
  unknown: 'waiting',
  checking: 'waiting',
  fine: 'success'
};

/** What preflight has found, line by line; what must be accepted has a box to tick. */
export function Findings(props: {
  findings: readonly IFinding[];
  ticked: ReadonlySet<string>;
  onTick: (id: string, isTicked: boolean) => void;
  trans: TranslationBundle;
}): JSX.Element {
  const { findings, ticked, onTick, trans } = props;
  return (
    <ul
      className="jp-SageMakerStudio-Findings"
      aria-label={trans.__('Checks')}
      aria-live="polite"
    >
      {findings.map(finding => (
        <li key={finding.id} data-level={finding.level}>
          {finding.level === 'blocking' && (
            <span className="jp-SageMakerStudio-visuallyHidden">
              {trans.__('Stands in the way:')}{' '}
            </span>
          )}
          {finding.level === 'tick' ? (
            <Checkbox
              label={finding.text}
              isChecked={ticked.has(finding.id)}
              onChange={isTicked => onTick(finding.id, isTicked)}
            />
          ) : (
            <StatusChip
              tone={TONES[finding.level]}
              label={finding.text}
              title={finding.error?.message}
            />
          )}
          {finding.items && (
            <ul>
              {finding.items.map(item => (
                <li key={item}>{item}</li>
              ))}
            </ul>
          )}
        </li>
      ))}
    </ul>
  );
}
