import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { formatDuration } from '../../core/format';
import type { ISchedule } from '../../tokens';
import { clockNotes } from '../clockNotes';
import { overlapOf } from '../overlap';
import { nextRuns, readExpression } from '../runs';
import { describeSchedule, momentWords } from '../words';

const RUNS = 5;

/** What a {@link SchedulePreview} needs. */
export interface ISchedulePreviewProps {
  schedule: ISchedule | null;
  /** What a rate counts from: when the schedule was made. */
  since?: number;
  /** How long the notebook's jobs take, milliseconds; none is known for a new one. */
  typicalDuration?: number;
  trans: TranslationBundle;
  locale?: string;
}

/** What a schedule means: in words, the next runs, what to beware of. */
export function SchedulePreview(
  props: ISchedulePreviewProps
): JSX.Element | null {
  const { schedule, since, typicalDuration, trans, locale } = props;
  if (!schedule) {
    return null;
  }
  const now = Date.now();
  const overlap = overlapOf(schedule, typicalDuration, now);
  const isRate = readExpression(schedule.expression)?.kind === 'rate';
  const zone = schedule.timeZone;
  return (
    <div className="jp-SageMakerStudio-SchedulePreview">
      <p role="status">
        <strong>{describeSchedule(schedule, trans, locale)}</strong>{' '}
        <code>{schedule.expression}</code>
      </p>
      <h4>{trans.__('Next runs')}</h4>
      <ol aria-label={trans.__('Next runs')}>
        {nextRuns(schedule, now, RUNS, since).map(run => {
          const moment = momentWords(run, zone, locale);
          const utc = momentWords(run, 'UTC', locale);
          return (
            <li key={run}>
              {moment}
              {utc !== moment && (
                <span className="jp-SageMakerStudio-quiet">{utc}</span>
              )}
            </li>
          );
        })}
      </ol>
      {isRate && !schedule.start && since === undefined && (
        <p className="jp-SageMakerStudio-Field-help">
          {trans.__(
            'Counted from now; without a beginning, the first run may also come at once.'
          )}
        </p>
      )}
      {clockNotes(schedule, now, trans, locale).map(note => (
        <p key={note} className="jp-SageMakerStudio-Notice">
          {note}
        </p>
      ))}
      {overlap && (
        <p className="jp-SageMakerStudio-Notice jp-mod-warning" role="alert">
          {trans.__(
            'Runs will overlap: they begin every %1, and jobs of this notebook take about %2.',
            formatDuration(overlap.interval, locale),
            formatDuration(overlap.duration, locale)
          )}
        </p>
      )}
    </div>
  );
}
