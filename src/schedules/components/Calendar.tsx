import type { TranslationBundle } from '@jupyterlab/translation';
import { caretLeftIcon, caretRightIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { IconButton } from '../../components/IconButton';
import type { ICalendarDay, Outcome } from '../calendar';
import { keyOf, outcomeOf } from '../calendar';
import type { DefinitionModel } from '../detailModel';
import { dateWords, monthName, weekdayName } from '../words';
import { OutcomeMark, outcomeWords } from './OutcomeStrip';

/** Marks a cell has room for. */
const MARKS = 3;
const DAYS: Record<string, number> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  ArrowUp: -7,
  ArrowDown: 7
};

interface IProps {
  model: DefinitionModel;
  trans: TranslationBundle;
  locale?: string;
}

/** The runs of a month: what came of them, and what is planned. */
export function Calendar(props: IProps): JSX.Element {
  const { model, trans, locale } = props;
  const { month, weeks } = model;
  const grid = React.useRef<HTMLTableElement>(null);
  const isByKey = React.useRef(false);
  React.useEffect(() => {
    // The focus goes with the day, but only for who moves by keys.
    if (isByKey.current) {
      grid.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
      isByKey.current = false;
    }
  }, [model.day]);
  const onKeyDown = (event: React.KeyboardEvent) => {
    const by = DAYS[event.key];
    const turn = { PageUp: -1, PageDown: 1 }[event.key];
    if (by === undefined && turn === undefined) {
      return;
    }
    event.preventDefault();
    isByKey.current = true;
    if (turn !== undefined) {
      model.turn(turn);
      return;
    }
    const [year, number, day] = model.day.split('-').map(Number);
    const date = new Date(Date.UTC(year, number - 1, day + by));
    model.choose({
      year: date.getUTCFullYear(),
      month: date.getUTCMonth() + 1,
      day: date.getUTCDate()
    });
  };
  const title = `${monthName(month.month, locale)} ${month.year}`;
  return (
    <section
      className="jp-SageMakerStudio-Calendar"
      aria-label={trans.__('Runs by day')}
    >
      <div className="jp-SageMakerStudio-Calendar-head">
        <IconButton
          icon={caretLeftIcon}
          label={trans.__('The month before')}
          onClick={() => model.turn(-1)}
        />
        <h3 role="status">{title}</h3>
        <IconButton
          icon={caretRightIcon}
          label={trans.__('The next month')}
          onClick={() => model.turn(1)}
        />
      </div>
      <table role="grid" ref={grid} aria-label={title} onKeyDown={onKeyDown}>
        <thead>
          <tr>
            {[1, 2, 3, 4, 5, 6, 0].map(day => (
              <th key={day} scope="col" abbr={weekdayName(day, locale)}>
                {weekdayName(day, locale, 'short')}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeks.map(week => (
            <tr key={keyOf(week[0])}>
              {week.map(day => (
                <Day key={keyOf(day)} day={day} {...props} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="jp-SageMakerStudio-quiet">
        {trans.__(
          'Days of %1. C: completed, F: failed, S: stopped, R: running, P: planned.',
          model.timeZone
        )}
      </p>
    </section>
  );
}

function Day(props: IProps & { day: ICalendarDay }): JSX.Element {
  const { day, model, trans, locale } = props;
  const isChosen = keyOf(day) === model.day;
  const classes = [
    'jp-SageMakerStudio-Calendar-day',
    day.isInMonth ? '' : 'jp-mod-outside',
    day.isToday ? 'jp-mod-today' : ''
  ];
  const outcomes = day.jobs.map(outcomeOf);
  const shown = outcomes.slice(-MARKS);
  return (
    <td
      role="gridcell"
      className={classes.filter(Boolean).join(' ')}
      tabIndex={isChosen ? 0 : -1}
      aria-selected={isChosen}
      aria-current={day.isToday ? 'date' : undefined}
      aria-label={dayWords(day, outcomes, trans, locale)}
      onClick={() => model.choose(day)}
    >
      <span className="jp-SageMakerStudio-Calendar-number">{day.day}</span>
      <span className="jp-SageMakerStudio-Calendar-marks" aria-hidden="true">
        {outcomes.length > MARKS && <span>+{outcomes.length - MARKS}</span>}
        {shown.map((outcome, index) => (
          <OutcomeMark key={index} outcome={outcome} trans={trans} />
        ))}
        {day.planned > 0 && (
          <span className="jp-SageMakerStudio-Outcome jp-mod-planned">
            {day.planned > 1
              ? trans.__('P×%1', day.planned)
              : trans._p('letter of an outcome: planned', 'P')}
          </span>
        )}
      </span>
    </td>
  );
}

function dayWords(
  day: ICalendarDay,
  outcomes: Outcome[],
  trans: TranslationBundle,
  locale?: string
): string {
  const kinds: Outcome[] = ['completed', 'failed', 'stopped', 'running'];
  const counts = kinds.flatMap(kind => {
    const count = outcomes.filter(each => each === kind).length;
    return count > 0
      ? trans.__('%1 %2', count, outcomeWords(kind, trans).word)
      : [];
  });
  const planned = day.planned > 0 ? [trans.__('%1 planned', day.planned)] : [];
  const words = [...counts, ...planned];
  return [
    dateWords(day, locale),
    words.length > 0 ? words.join(', ') : trans.__('no runs')
  ].join(': ');
}
