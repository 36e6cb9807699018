import { trans } from '../../__tests__/fakes';
import type { INotebookJob, ISchedule } from '../../tokens';
import { buildSchedule } from '../builder';
import { calendarOf, outcomeOf, shiftMonth } from '../calendar';
import { clockNotes } from '../clockNotes';
import { overlapOf, typicalDuration } from '../overlap';
import { nextRuns, runsOnDate } from '../runs';
import type { IScheduleForm } from '../scheduleForm';
import { formOfSchedule, newForm } from '../scheduleForm';
import { describeSchedule, momentWords } from '../words';
import { allZones, clockChanges, isZone, momentsOf, ownZone } from '../zone';

const LISBON = 'Europe/Lisbon';
// A Sunday.
const NOW = Date.parse('2026-11-22T10:20:30Z');

function schedule(
  expression: string,
  timeZone = LISBON,
  bounds: Partial<ISchedule> = {}
): ISchedule {
  return { expression, timeZone, ...bounds };
}

function iso(moments: number[]): string[] {
  return moments.map(moment => new Date(moment).toISOString().slice(0, 16));
}

function job(
  change: Partial<INotebookJob> & { created: string; took?: number }
): INotebookJob {
  const createdAt = new Date(change.created);
  return {
    name: change.created,
    status: 'Completed',
    secondaryStatus: 'Completed',
    notebookName: 'a.ipynb',
    createdAt,
    endedAt: new Date(createdAt.getTime() + (change.took ?? 60_000)),
    ...change
  } as unknown as INotebookJob;
}

describe('time zones', () => {
  it('know the hour that is skipped and the one that comes twice', () => {
    const wall = { year: 2027, month: 3, day: 28, hour: 1, minute: 30 };
    expect(momentsOf(LISBON, wall)).toEqual([]);
    expect(iso(momentsOf(LISBON, { ...wall, month: 10, day: 31 }))).toEqual([
      '2027-10-31T00:30',
      '2027-10-31T01:30'
    ]);
    expect(iso(momentsOf('UTC', wall))).toEqual(['2027-03-28T01:30']);
  });

  it('find the changes of a year', () => {
    const changes = clockChanges(LISBON, NOW, NOW + 366 * 86_400_000);
    expect(changes.map(({ minutes }) => minutes)).toEqual([60, -60]);
    expect(iso(changes.map(({ at }) => at))).toEqual([
      '2027-03-28T01:00',
      '2027-10-31T01:00'
    ]);
    expect(clockChanges('UTC', NOW, NOW + 366 * 86_400_000)).toEqual([]);
    expect(
      clockChanges('Australia/Lord_Howe', NOW, NOW + 200 * 86_400_000).map(
        ({ minutes }) => minutes
      )
    ).toEqual([-30]);
  });

  it('are offered with the browser’s first', () => {
    expect(allZones()[0]).toBe(ownZone());
    expect(allZones()).toContain('UTC');
    expect(isZone('Europe/Lisbon')).toBe(true);
    expect(isZone('Mars/Olympus')).toBe(false);
    expect(isZone('')).toBe(false);
  });
});

describe('runs of a schedule', () => {
  it('come once at a time', () => {
    const once = schedule('at(2026-12-24T18:00:00)', 'America/New_York');
    expect(iso(nextRuns(once, NOW, 5))).toEqual(['2026-12-24T23:00']);
    expect(nextRuns(once, Date.parse('2026-12-25'), 5)).toEqual([]);
  });

  it('come at a rate from the beginning, or from when it was made', () => {
    const start = new Date('2026-11-22T08:00:00Z');
    expect(
      iso(nextRuns(schedule('rate(2 hours)', 'UTC', { start }), NOW, 2))
    ).toEqual(['2026-11-22T12:00', '2026-11-22T14:00']);
    expect(
      iso(nextRuns(schedule('rate(1 day)'), NOW, 2, NOW - 3_600_000))
    ).toEqual(['2026-11-23T09:20', '2026-11-24T09:20']);
    const later = new Date('2026-12-01T08:00:00Z');
    expect(
      iso(nextRuns(schedule('rate(1 day)', 'UTC', { start: later }), NOW, 1))
    ).toEqual(['2026-12-01T08:00']);
  });

  it('lie between beginning and end', () => {
    const bounded = schedule('cron(0 9 * * ? *)', LISBON, {
      start: new Date('2026-11-24T09:00:00Z'),
      end: new Date('2026-11-25T09:00:00Z')
    });
    expect(iso(nextRuns(bounded, NOW, 5))).toEqual([
      '2026-11-24T09:00',
      '2026-11-25T09:00'
    ]);
  });

  it('are none where the expression can’t be read', () => {
    expect(nextRuns(schedule('rate(5 fortnights)'), NOW, 5)).toEqual([]);
  });

  it('are counted for a day, and for what is left of it', () => {
    const day = { year: 2026, month: 11, day: 22 };
    const often = schedule('cron(0/15 9-17 * * ? *)', 'UTC');
    expect(runsOnDate(often, day)).toBe(36);
    expect(runsOnDate(often, day, undefined, NOW)).toBe(30);
    expect(runsOnDate(schedule('rate(1 hour)', 'UTC'), day)).toBe(24);
    expect(runsOnDate(schedule('at(2026-11-22T12:00:00)', 'UTC'), day)).toBe(1);
    const end = new Date('2026-11-21T00:00:00Z');
    expect(runsOnDate(schedule('cron(0 9 * * ? *)', 'UTC', { end }), day)).toBe(
      0
    );
  });
});

describe('a schedule in words', () => {
  it.each([
    ['rate(1 minute)', 'Every minute'],
    ['rate(5 hours)', 'Every 5 hours'],
    ['rate(1 day)', 'Every 24 hours'],
    [
      'at(2026-12-24T18:05:00)',
      'Once, on Thursday, December 24, 2026 at 18:05 (UTC)'
    ],
    ['cron(0 9 * * ? *)', 'Every day at 09:00 (UTC)'],
    ['cron(0 9,17 ? * MON-FRI *)', 'Monday to Friday at 09:00 and 17:00 (UTC)'],
    ['cron(0 9 ? * 2,4 *)', 'Every Monday and Wednesday at 09:00 (UTC)'],
    ['cron(0/15 * * * ? *)', 'Every day every 15 minutes (UTC)'],
    ['cron(* * * * ? *)', 'Every day every minute (UTC)'],
    ['cron(30 * * * ? *)', 'Every day every hour at minute 30 (UTC)'],
    [
      'cron(0/15 9-17 * * ? *)',
      'Every day every 15 minutes, from 09:00 to 17:45 (UTC)'
    ],
    [
      'cron(0 8-18 ? * 2-6 *)',
      'Monday to Friday every hour, from 08:00 to 18:00 (UTC)'
    ],
    ['cron(0 9 1 * ? *)', 'On day 1 of the month at 09:00 (UTC)'],
    [
      'cron(0 9 1,15 1,7 ? *)',
      'On days 1 and 15 of the month at 09:00, in January and July (UTC)'
    ],
    ['cron(0 9 L * ? *)', 'On the last day of the month at 09:00 (UTC)'],
    ['cron(0 9 ? * 6#2 *)', 'On the second Friday of the month at 09:00 (UTC)'],
    ['cron(0 9 ? * 6L *)', 'On the last Friday of the month at 09:00 (UTC)'],
    [
      'cron(0 9 15W * ? 2027)',
      'On the weekday (Monday to Friday) nearest to day 15 of the month at 09:00, in 2027 (UTC)'
    ],
    ['cron(what)', 'As cron(what) says']
  ])('%s is “%s”', (expression, words) => {
    expect(describeSchedule(schedule(expression, 'UTC'), trans, 'en')).toBe(
      words
    );
  });

  it('names moments as a zone’s clock shows them', () => {
    const at = Date.parse('2026-07-01T08:00:00Z');
    expect(momentWords(at, LISBON, 'en-GB')).toBe(
      'Wed, 1 Jul 2026, 09:00 UTC+01:00'
    );
    expect(momentWords(at, 'UTC', 'en-GB')).toMatch(/08:00 UTC$/);
  });
});

describe('clock changes', () => {
  it('are told for the days on which a time is skipped or repeated', () => {
    expect(
      clockNotes(schedule('cron(30 1 * * ? *)'), NOW, trans, 'en')
    ).toEqual([
      'On Sunday, March 28, 2027 the clock skips 01:30: the notebook does not run then.',
      'On Sunday, October 31, 2027 the clock shows 01:30 twice: the notebook runs the first time only.'
    ]);
    expect(clockNotes(schedule('cron(30 1 ? * MON *)'), NOW, trans)).toEqual(
      []
    );
    expect(clockNotes(schedule('cron(30 9 * * ? *)'), NOW, trans)).toEqual([]);
    expect(clockNotes(schedule('rate(1 hour)'), NOW, trans)).toEqual([]);
    const end = new Date('2027-01-01T00:00:00Z');
    expect(
      clockNotes(schedule('cron(30 1 * * ? *)', LISBON, { end }), NOW, trans)
    ).toEqual([]);
  });

  it('count the times they touch', () => {
    const [skipped] = clockNotes(
      schedule('cron(0/15 * * * ? *)'),
      NOW,
      trans,
      'en'
    );
    expect(skipped).toContain('01:00 and 3 more');
  });

  it('are told for a single run that comes twice', () => {
    const [note] = clockNotes(schedule('at(2027-10-31T01:30:00)'), NOW, trans);
    expect(note).toContain('01:30 comes twice in Europe/Lisbon');
  });
});

describe('the form of a schedule', () => {
  const build = (
    change: Partial<IScheduleForm>,
    kind: 'scheduler' | 'rule' = 'scheduler'
  ) => buildSchedule({ ...newForm(NOW, LISBON), ...change }, kind, NOW, trans);

  it.each<[Partial<IScheduleForm>, string]>([
    [{ kind: 'minutes', every: '1' }, 'rate(1 minute)'],
    [{ kind: 'minutes', every: ' 15 ' }, 'rate(15 minutes)'],
    [{ kind: 'hours', every: '2' }, 'rate(2 hours)'],
    [{ kind: 'days', time: '07:05' }, 'cron(5 7 * * ? *)'],
    [{ kind: 'days', every: '3', start: '2026-12-01T09:00' }, 'rate(3 days)'],
    [{ kind: 'weekly', weekdays: [3, 1] }, 'cron(0 9 ? * MON,WED *)'],
    [{ kind: 'weekly', weekdays: [1, 2, 3, 4, 5] }, 'cron(0 9 ? * MON-FRI *)'],
    [{ kind: 'monthly', dayOfMonth: '31' }, 'cron(0 9 31 * ? *)'],
    [{ kind: 'monthly', monthly: 'last-day' }, 'cron(0 9 L * ? *)'],
    [
      { kind: 'monthly', monthly: 'nth', nth: '2', weekday: '5' },
      'cron(0 9 ? * 6#2 *)'
    ],
    [
      { kind: 'monthly', monthly: 'nth', nth: 'last', weekday: '0' },
      'cron(0 9 ? * 1L *)'
    ],
    [
      { kind: 'once', date: '2026-12-24', time: '18:00' },
      'at(2026-12-24T18:00:00)'
    ],
    [{ kind: 'cron', cron: '0 9 * * 7' }, 'cron(0 9 ? * SUN *)'],
    [{ kind: 'cron', cron: 'cron(0 9 ? * 6#1 *)' }, 'cron(0 9 ? * 6#1 *)']
  ])('%o is %s', (change, expression) => {
    const built = build(change);
    expect(built.problems).toEqual({});
    expect(built.schedule?.expression).toBe(expression);
    expect(built.schedule?.timeZone).toBe(LISBON);
    // Opened again it means the same.
    const again = formOfSchedule(built.schedule!, NOW);
    expect(buildSchedule(again, 'scheduler', NOW, trans).schedule).toEqual(
      built.schedule
    );
  });

  it.each<[Partial<IScheduleForm>, keyof IScheduleForm, string]>([
    [{ kind: 'minutes', every: '0' }, 'every', 'from 1 to'],
    [{ kind: 'minutes', every: '1.5' }, 'every', 'whole number'],
    [{ kind: 'days', every: '3' }, 'start', 'from when'],
    [{ kind: 'weekly', weekdays: [] }, 'weekdays', 'Choose a day'],
    [{ kind: 'monthly', dayOfMonth: '32' }, 'dayOfMonth', 'from 1 to 31'],
    [{ kind: 'days', time: '' }, 'time', 'Choose a time'],
    [{ kind: 'once', date: '2026-11-31' }, 'date', 'Choose a day'],
    [{ kind: 'once', date: '2026-11-21' }, 'date', 'in the past'],
    [
      { kind: 'once', date: '2027-03-28', time: '01:30' },
      'time',
      'skips 01:30'
    ],
    [{ kind: 'cron', cron: '0 9 * *' }, 'cron', 'this one has 4'],
    [{ kind: 'cron', cron: '61 9 * * *' }, 'cron', '“61” can’t stand'],
    [{ kind: 'cron', cron: '0 9 30 2 *' }, 'cron', 'never runs'],
    [{ kind: 'days', timeZone: 'Nowhere' }, 'timeZone', 'no time zone'],
    [{ kind: 'days', end: '2026-11-22T10:00' }, 'end', 'in the past'],
    [
      { kind: 'days', start: '2026-12-02T00:00', end: '2026-12-01T00:00' },
      'end',
      'before the beginning'
    ],
    [{ kind: 'days', start: '2027-03-28T01:30' }, 'start', 'skips'],
    [
      { kind: 'weekly', weekdays: [1], end: '2026-11-23T08:00' },
      'end',
      'never runs'
    ]
  ])('%o is refused at %s', (change, field, words) => {
    const built = build(change);
    expect(built.schedule).toBeNull();
    expect(built.problems[field]).toContain(words);
  });

  it('offers what can be had where both day fields are given', () => {
    const built = build({ kind: 'cron', cron: '0 9 13 * 5' });
    expect(built.schedule).toBeNull();
    expect(built.choice).toEqual({
      kind: 'both-days',
      means: 'or',
      byDay: '0 9 13 * ? *',
      byWeekday: '0 9 ? * FRI *'
    });
  });

  it('knows UTC only, and no bounds, for rules', () => {
    const built = build(
      { kind: 'days', start: '2026-12-02T00:00', timeZone: LISBON },
      'rule'
    );
    expect(built.schedule).toEqual({
      expression: 'cron(0 9 * * ? *)',
      timeZone: 'UTC'
    });
    expect(
      build({ kind: 'once', date: '2026-12-24', time: '18:00' }, 'rule')
        .schedule?.expression
    ).toBe('cron(0 18 24 12 ? 2026)');
  });
});

describe('overlap', () => {
  const jobs = [
    job({ created: '2026-11-20T10:00:00Z', took: 90_000 }),
    job({ created: '2026-11-20T11:00:00Z', took: 300_000 }),
    job({ created: '2026-11-20T12:00:00Z', took: 120_000 }),
    job({ created: '2026-11-20T13:00:00Z', took: 9e9, status: 'Failed' }),
    job({ created: '2026-11-20T13:00:00Z', took: 9e9, notebookName: 'b.ipynb' })
  ];

  it('is warned of by the middle duration of the notebook’s jobs', () => {
    const typical = typicalDuration(jobs, 'a.ipynb');
    expect(typical).toBe(120_000);
    expect(overlapOf(schedule('rate(1 minute)'), typical, NOW)).toEqual({
      interval: 60_000,
      duration: 120_000
    });
    expect(overlapOf(schedule('rate(1 hour)'), typical, NOW)).toBeNull();
    expect(
      overlapOf(schedule('cron(0,1 9 * * ? *)'), typical, NOW)?.interval
    ).toBe(60_000);
  });

  it('can’t be told without jobs, or for a single run', () => {
    expect(typicalDuration([], 'a.ipynb')).toBeUndefined();
    expect(overlapOf(schedule('rate(1 minute)'), undefined, NOW)).toBeNull();
    expect(
      overlapOf(schedule('at(2026-12-24T18:00:00)'), 1e12, NOW)
    ).toBeNull();
  });
});

describe('the calendar', () => {
  it('has whole weeks, what ran and what is to come', () => {
    const weeks = calendarOf({
      month: { year: 2026, month: 11 },
      jobs: [
        job({ created: '2026-11-20T23:30:00Z' }),
        job({ created: '2026-11-20T09:00:00Z', status: 'Failed' })
      ],
      schedule: schedule('cron(0 9 ? * MON-FRI *)'),
      timeZone: LISBON,
      now: NOW
    });
    expect(weeks).toHaveLength(6);
    expect(weeks.every(week => week.length === 7)).toBe(true);
    const days = weeks.flat();
    expect(days[0]).toMatchObject({ month: 10, day: 26, isInMonth: false });
    const day = (number: number) =>
      days.find(each => each.isInMonth && each.day === number)!;
    expect(day(20).jobs.map(outcomeOf)).toEqual(['failed', 'completed']);
    expect(day(20).planned).toBe(0);
    expect(day(22)).toMatchObject({ isToday: true, planned: 0 });
    expect(day(23).planned).toBe(1);
    expect(day(28).planned).toBe(0);
  });

  it('shows a run on the day of the zone', () => {
    const weeks = calendarOf({
      month: { year: 2026, month: 11 },
      jobs: [job({ created: '2026-11-20T23:30:00Z' })],
      schedule: null,
      timeZone: 'Asia/Tokyo',
      now: NOW
    });
    expect(weeks.flat().find(({ jobs }) => jobs.length > 0)?.day).toBe(21);
  });

  it('turns the year', () => {
    expect(shiftMonth({ year: 2026, month: 12 }, 1)).toEqual({
      year: 2027,
      month: 1
    });
    expect(shiftMonth({ year: 2026, month: 1 }, -1)).toEqual({
      year: 2025,
      month: 12
    });
  });
});
