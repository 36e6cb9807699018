import { parseCron } from '../cron';
import { translateCron } from '../gnuCron';
import { nextRuns } from '../runs';

interface ITable {
  translated: { typed: string; cron: string }[];
  extended: { typed: string; cron: string }[];
  bothDays: {
    typed: string;
    means: string;
    byDay: string;
    byWeekday: string;
  }[];
  refused: string[];
  invalid: string[];
  runs: { cron: string; zone: string; after: string; runs: string[] }[];
}

// The same table is checked against the local Studio, so both mean the same.
const table = jest.requireActual<ITable>(
  '../../../server/tests/local/cron.json'
);

describe('cron, in five fields', () => {
  it.each([...table.translated, ...table.extended])(
    '$typed is $cron',
    ({ typed, cron }) => {
      expect(translateCron(typed)).toEqual({ kind: 'one', cron });
      expect(() => parseCron(cron)).not.toThrow();
    }
  );

  it.each(table.bothDays)('$typed names both days', ({ typed, ...rest }) => {
    expect(translateCron(typed)).toEqual({ kind: 'both-days', ...rest });
  });

  it.each(table.refused)('“%s” is refused', typed => {
    expect(() => translateCron(typed)).toThrow();
  });
});

describe("EventBridge's cron", () => {
  it.each(table.invalid)('“%s” is refused', cron => {
    expect(() => parseCron(cron)).toThrow();
  });

  it.each(table.runs)('$cron in $zone after $after', each => {
    const schedule = {
      expression: `cron(${each.cron})`,
      timeZone: each.zone
    };
    const runs = nextRuns(
      schedule,
      Date.parse(each.after),
      each.runs.length || 1
    );
    expect(runs.map(run => new Date(run).toISOString())).toEqual(
      each.runs.map(run => new Date(run).toISOString())
    );
  });
});
