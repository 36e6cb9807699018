import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { ProblemText } from '../../components/fields';
import type { TriggerKind } from '../../tokens';
import type { IScheduleForm, ScheduleKind } from '../scheduleForm';
import { ordinal, weekdayName } from '../words';
import { CronChoice } from './CronChoice';
import { SchedulePreview } from './SchedulePreview';
import type { ISchedulePreviewProps } from './SchedulePreview';
import { ZoneField } from './ZoneField';
import { Choice, Input } from './controls';
import type { IScheduleFields } from './controls';

/** What a {@link ScheduleBuilder} needs. */
export interface IScheduleBuilderProps
  extends IScheduleFields, Omit<ISchedulePreviewProps, 'schedule'> {
  kind: TriggerKind;
  /** Why a rule must do, in AWS's words. */
  reason?: string;
}

// Monday first.
const WEEK = [1, 2, 3, 4, 5, 6, 0];

/** The fields that say when a notebook runs, and what they mean. */
export function ScheduleBuilder(props: IScheduleBuilderProps): JSX.Element {
  const { form, built, kind, reason, onChange, trans } = props;
  return (
    <div className="jp-SageMakerStudio-ScheduleBuilder">
      {kind === 'rule' && <RuleNotice reason={reason} trans={trans} />}
      <Choice
        label={trans.__('Repeat')}
        value={form.kind}
        options={[
          ['once', trans.__('Once')],
          ['minutes', trans.__('Every few minutes')],
          ['hours', trans.__('Every few hours')],
          ['days', trans.__('Every day, or every few days')],
          ['weekly', trans.__('Every week')],
          ['monthly', trans.__('Every month')],
          ['cron', trans.__('Cron expression')]
        ]}
        onChange={value => onChange({ kind: value as ScheduleKind })}
      />
      <Details {...props} />
      {kind === 'scheduler' && (
        <>
          <ZoneField
            value={form.timeZone}
            problem={built.problems.timeZone}
            trans={trans}
            onChange={timeZone => onChange({ timeZone })}
          />
          {form.kind !== 'once' && <Bounds {...props} />}
        </>
      )}
      <SchedulePreview {...props} schedule={built.schedule} />
    </div>
  );
}

/** That EventBridge Scheduler is not used, and what that costs. */
export function RuleNotice(props: {
  reason?: string;
  trans: TranslationBundle;
}): JSX.Element {
  const { reason, trans } = props;
  return (
    <div className="jp-SageMakerStudio-Notice" role="note">
      <span>
        {reason
          ? trans.__(
              'EventBridge Scheduler may not be used here, so an EventBridge rule starts the notebook: all times are UTC, without daylight saving time, and there is neither a beginning nor an end.'
            )
          : trans.__(
              'An EventBridge rule starts this notebook: all times are UTC, without daylight saving time, and there is neither a beginning nor an end.'
            )}
      </span>
      {reason && <small>{reason}</small>}
    </div>
  );
}

/** The fields of one kind of schedule. */
function Details(props: IScheduleBuilderProps): JSX.Element {
  const { form, trans } = props;
  switch (form.kind) {
    case 'once':
      return (
        <Row>
          <Input {...props} name="date" type="date" label={trans.__('Day')} />
          <Time {...props} />
        </Row>
      );
    case 'minutes':
      return <Every {...props} label={trans.__('Minutes between two runs')} />;
    case 'hours':
      return <Every {...props} label={trans.__('Hours between two runs')} />;
    case 'days':
      return (
        <Row>
          <Every {...props} label={trans.__('Days between two runs')} />
          {form.every.trim() === '1' && <Time {...props} />}
        </Row>
      );
    case 'weekly':
      return (
        <>
          <Weekdays {...props} />
          <Time {...props} />
        </>
      );
    case 'monthly':
      return <Monthly {...props} />;
    case 'cron':
      return <Cron {...props} />;
  }
}

function Row(props: { children: React.ReactNode }): JSX.Element {
  return (
    <div className="jp-SageMakerStudio-ScheduleBuilder-row">
      {props.children}
    </div>
  );
}

function Every(props: IScheduleBuilderProps & { label: string }): JSX.Element {
  return <Input {...props} name="every" type="number" />;
}

function Time(props: IScheduleBuilderProps): JSX.Element {
  const { kind, trans } = props;
  const label = kind === 'rule' ? trans.__('Time (UTC)') : trans.__('Time');
  return <Input {...props} name="time" type="time" label={label} />;
}

function Weekdays(props: IScheduleBuilderProps): JSX.Element {
  const { form, built, onChange, trans, locale } = props;
  return (
    <fieldset className="jp-SageMakerStudio-ScheduleBuilder-days">
      <legend>{trans.__('On')}</legend>
      {WEEK.map(day => (
        <label key={day}>
          <input
            type="checkbox"
            checked={form.weekdays.includes(day)}
            onChange={event =>
              onChange({
                weekdays: event.target.checked
                  ? [...form.weekdays, day]
                  : form.weekdays.filter(each => each !== day)
              })
            }
          />
          {weekdayName(day, locale)}
        </label>
      ))}
      <ProblemText problem={built.problems.weekdays} />
    </fieldset>
  );
}

function Monthly(props: IScheduleBuilderProps): JSX.Element {
  const { form, onChange, trans, locale } = props;
  const nths = [1, 2, 3, 4].map((nth): [string, string] => [
    String(nth),
    ordinal(nth, trans)
  ]);
  return (
    <>
      <Row>
        <Choice
          label={trans.__('On')}
          value={form.monthly}
          options={[
            ['day', trans.__('a day of the month')],
            ['last-day', trans.__('the last day of the month')],
            ['nth', trans.__('a weekday of the month')]
          ]}
          onChange={value =>
            onChange({ monthly: value as IScheduleForm['monthly'] })
          }
        />
        {form.monthly === 'day' && (
          <Input
            {...props}
            name="dayOfMonth"
            type="number"
            label={trans.__('Day of the month')}
            help={
              Number(form.dayOfMonth) > 28
                ? trans.__(
                    'It does not run in months without this day; choose the last day of the month to run in each.'
                  )
                : undefined
            }
          />
        )}
        {form.monthly === 'nth' && (
          <>
            <Choice
              label={trans.__('Which')}
              value={form.nth}
              options={[...nths, ['last', trans.__('last')]]}
              onChange={nth => onChange({ nth })}
            />
            <Choice
              label={trans.__('Weekday')}
              value={form.weekday}
              options={WEEK.map(day => [String(day), weekdayName(day, locale)])}
              onChange={weekday => onChange({ weekday })}
            />
          </>
        )}
      </Row>
      <Time {...props} />
    </>
  );
}

function Cron(props: IScheduleBuilderProps): JSX.Element {
  const { built, onChange, trans, locale } = props;
  return (
    <>
      <Input
        {...props}
        name="cron"
        type="text"
        label={trans.__('Cron expression')}
        help={trans.__(
          'Minute, hour, day of month, month, day of week (0 or 7 is Sunday), as in crontab; L, W and # may be used. Six fields are taken as EventBridge’s own.'
        )}
      />
      {built.choice && (
        <CronChoice
          choice={built.choice}
          trans={trans}
          locale={locale}
          onChange={cron => onChange({ cron })}
        />
      )}
    </>
  );
}

function Bounds(props: IScheduleBuilderProps): JSX.Element {
  const { form, built, trans } = props;
  const isNeeded = [form.start, form.end, built.problems.start].some(Boolean);
  const [isOpen, setOpen] = React.useState(false);
  return (
    <details
      open={isOpen || isNeeded}
      onToggle={event => setOpen(event.currentTarget.open)}
    >
      <summary>{trans.__('Beginning and end')}</summary>
      <Row>
        <Input
          {...props}
          name="start"
          type="datetime-local"
          label={trans.__('Begins')}
        />
        <Input
          {...props}
          name="end"
          type="datetime-local"
          label={trans.__('Ends')}
        />
      </Row>
    </details>
  );
}
