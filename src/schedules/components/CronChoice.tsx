import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IBuiltSchedule } from '../builder';
import { parseCron } from '../cron';
import { describeCron } from '../words';

/** What can be had instead of an expression with both day fields: one of them, or two schedules. */
export function CronChoice(props: {
  choice: NonNullable<IBuiltSchedule['choice']>;
  trans: TranslationBundle;
  locale?: string;
  onChange: (cron: string) => void;
}): JSX.Element {
  const { choice, trans, locale, onChange } = props;
  return (
    <div
      className="jp-SageMakerStudio-ScheduleBuilder-choice"
      role="group"
      aria-label={trans.__('What can be had instead')}
    >
      <p>
        {choice.means === 'or'
          ? trans.__(
              'Take one of these; for both, schedule the notebook twice, once with each:'
            )
          : trans.__('Take one of these instead:')}
      </p>
      {[choice.byDay, choice.byWeekday].map(cron => (
        <button
          key={cron}
          type="button"
          className="jp-mod-styled"
          onClick={() => onChange(cron)}
        >
          {describeCron(parseCron(cron), trans, locale)}
        </button>
      ))}
    </div>
  );
}
