import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { StatusChip } from '../../components/StatusChip';
import { formatRelative } from '../../core/format';
import type { ITrigger, Known } from '../../tokens';
import { nextRuns } from '../runs';
import { describeSchedule, momentWords } from '../words';
import { ownZone } from '../zone';

interface IProps {
  /** Undefined until it was read. */
  trigger: Known<ITrigger | null> | undefined;
  trans: TranslationBundle;
  locale?: string;
}

/** Whether a definition starts runs. */
export function DefinitionState(props: IProps): JSX.Element {
  const { trigger, trans } = props;
  if (!trigger) {
    return <span className="jp-SageMakerStudio-quiet">…</span>;
  }
  if ('reason' in trigger) {
    return (
      <StatusChip
        tone="warning"
        label={trans.__('Unknown')}
        title={trigger.reason}
      />
    );
  }
  const found = trigger.value;
  const problem = found ? triggerProblem(found, trans) : missing(trans);
  if (problem) {
    return (
      <StatusChip tone="warning" label={trans.__('Inactive')} title={problem} />
    );
  }
  if (!found?.isEnabled) {
    return <StatusChip tone="stopped" label={trans.__('Paused')} />;
  }
  return nextOf(found) === undefined ? (
    <StatusChip tone="stopped" label={trans.__('Ended')} />
  ) : (
    <StatusChip tone="success" label={trans.__('Active')} />
  );
}

/** What is said of a definition without a schedule. */
export function missing(trans: TranslationBundle): string {
  return trans.__(
    'Its schedule was deleted; it starts no runs until it is given a new one.'
  );
}

/** Why a schedule starts nothing, or null. */
export function triggerProblem(
  trigger: ITrigger,
  trans: TranslationBundle
): string | null {
  return trigger.hasTarget
    ? null
    : trans.__('Its schedule does not start the pipeline any more.');
}

/** When it runs, in words. */
export function ScheduleWords(props: IProps): JSX.Element {
  const { trigger, trans, locale } = props;
  const found = trigger?.value;
  if (!found) {
    return (
      <span className="jp-SageMakerStudio-quiet">
        {trigger && !('reason' in trigger) ? trans.__('no schedule') : '…'}
      </span>
    );
  }
  const { schedule, kind } = found;
  return (
    <span title={schedule.expression}>
      {describeSchedule(schedule, trans, locale)}
      {kind === 'rule' && (
        <span className="jp-SageMakerStudio-quiet">
          {trans.__('EventBridge rule')}
        </span>
      )}
    </span>
  );
}

/** The next run: by the clock of this browser, and in UTC. */
export function NextRun(props: IProps): JSX.Element {
  const { trigger, locale } = props;
  const found = trigger?.value;
  const next = found?.isEnabled && found.hasTarget ? nextOf(found) : undefined;
  if (next === undefined) {
    return <span className="jp-SageMakerStudio-quiet">–</span>;
  }
  const zone = ownZone();
  return (
    <span title={formatRelative(new Date(next), new Date(), locale)}>
      {momentWords(next, zone, locale)}
      {zone !== 'UTC' && (
        <span className="jp-SageMakerStudio-quiet">
          {momentWords(next, 'UTC', locale)}
        </span>
      )}
    </span>
  );
}

function nextOf({ schedule, changedAt }: ITrigger): number | undefined {
  return nextRuns(schedule, Date.now(), 1, changedAt?.getTime())[0];
}
