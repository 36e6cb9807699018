import { trans } from '../../__tests__/fakes';
import { job } from '../../jobs/__tests__/fakes';
import { defaultAxes, parallelChart, scatterChart } from '../charts';
import {
  NAME_COLUMN,
  bestOf,
  columnsOf,
  compareRuns,
  isShownByDefault,
  orderOf,
  toCsv
} from '../columns';
import type { IRecorded } from '../runs';
import { toRuns } from '../runs';

const recorded = (values: IRecorded['values'], text = ''): IRecorded => ({
  values,
  texts: [{ cell: 3, text }],
  cells: { total: 4, failed: 0 }
});
const done = (name: string, parameters: Record<string, string>) =>
  job({
    name,
    displayName: `Run ${name}`,
    status: 'Completed',
    parameters,
    startedAt: new Date('2024-05-01T10:00:00Z'),
    endedAt: new Date('2024-05-01T10:01:30Z')
  });
const jobs = [
  done('a', { rate: '0.1', seed: '1', way: 'adam' }),
  done('b', { rate: '0.2', seed: '1', way: 'sgd' }),
  job({
    name: 'c',
    displayName: 'Run c',
    status: 'Failed',
    failureReason: 'KeyError',
    parameters: { rate: '10', seed: '1' }
  })
];

const runs = toRuns(
  ['a', 'b', 'c', 'gone'],
  new Map(jobs.map(each => [each.name, each])),
  new Map([
    ['a', recorded({ accuracy: 0.9, deep: true }, 'took: 2 s')],
    ['b', recorded({ accuracy: 0.95, deep: false }, 'took: 500 ms')],
    ['c', { values: {}, texts: [], problem: 'There is no output.' }]
  ]),
  new Map([
    ['a', { took: '2 s' }],
    ['b', { took: '500 ms' }]
  ]),
  trans
);
const columns = columnsOf(runs, {
  trans,
  locale: 'en',
  cost: run => (run.name === 'a' ? 0.0123 : null),
  now: Date.parse('2024-05-01T11:00:00Z')
});
const column = (id: string) => {
  const found = columns.find(each => each.id === id);
  if (!found) {
    throw new Error(`no column ${id}`);
  }
  return found;
};

describe('columnsOf', () => {
  it('has what differs first and what all have in common last', () => {
    expect(columns.map(each => each.id)).toEqual([
      'status',
      'duration',
      'cost',
      'parameter:rate',
      'parameter:way',
      'recorded:accuracy',
      'recorded:deep',
      'printed:took',
      'parameter:seed'
    ]);
    expect(columns.filter(isShownByDefault).map(each => each.id)).not.toContain(
      'parameter:seed'
    );
  });

  it('reads numbers with their units', () => {
    expect(column('printed:took')).toMatchObject({
      unit: 's',
      numbers: [2, 0.5, null, null],
      isNumeric: true
    });
    expect(column('duration').texts[0]).toBe('1 min 30 sec');
    expect(column('cost').texts).toEqual(['$0.0123', '', '', '']);
    expect(column('parameter:way').isNumeric).toBe(false);
    expect(column('recorded:deep').texts.slice(0, 2)).toEqual([
      'True',
      'False'
    ]);
  });

  it('keeps runs that failed or are gone, and says why they have no values', () => {
    expect(runs[2].note).toBe('There is no output.');
    expect(runs[3].note).toContain('no such job');
    expect(runs[0].note).toBeUndefined();
  });

  it('sorts numbers as numbers, and what is missing last', () => {
    const sorted = (id: string) =>
      [3, 2, 1, 0].sort((a, b) => compareRuns(column(id), a, b));
    expect(sorted('parameter:rate')).toEqual([0, 1, 2, 3]);
    expect(sorted('parameter:way')).toEqual([0, 1, 3, 2]);
  });

  it('marks the best', () => {
    expect([...bestOf(column('recorded:accuracy'), 'max')]).toEqual([1]);
    expect([...bestOf(column('printed:took'), 'min')]).toEqual([1]);
    expect([...bestOf(column('status'), 'max')]).toEqual([]);
  });
});

describe('toCsv', () => {
  it('quotes what needs it, and lets no text be a formula', () => {
    const odd = toRuns(
      ['x', 'y'],
      new Map([
        ['x', done('x', { q: 'a "b", c', f: '=1+1', n: '-5' })],
        ['y', done('y', { q: 'two\nlines', f: '-5', n: '3' })]
      ]),
      new Map(),
      new Map(),
      trans
    );
    const parameters = columnsOf(odd, {
      trans,
      cost: () => null,
      now: 0
    }).filter(each => each.kind === 'parameter');
    expect(toCsv(odd, parameters, [1, 0], trans)).toBe(
      'Job,Name,q,f,n\r\n' +
        'y,Run y,"two\nlines",-5,3\r\n' +
        `x,Run x,"a ""b"", c",'=1+1,-5\r\n`
    );
  });

  it('has the rows as they are sorted, and numbers in full', () => {
    const long = toRuns(
      ['x', 'y', 'z'],
      new Map([
        ['x', done('x', { seed: '12345678901234567', way: '0.10' })],
        ['y', done('y', { seed: '2', way: '0.2' })],
        ['z', done('z', { seed: '1', way: '0.3' })]
      ]),
      new Map([
        ['x', recorded({ sum: 0.1 + 0.2 }, '')],
        ['y', recorded({ sum: 0.25 }, '')],
        ['z', recorded({ sum: '0.30000000000000004 s' }, '')]
      ]),
      new Map(),
      trans
    );
    const all = columnsOf(long, { trans, cost: () => null, now: 0 });
    const find = (id: string) => all.filter(each => each.id === id);
    const [sum] = find('recorded:sum');
    // Of several units none is a number, and nothing is rounded.
    expect(sum.shown).toEqual(sum.texts);
    const two = columnsOf(long.slice(0, 2), {
      trans,
      cost: () => null,
      now: 0
    });
    const shown = (id: string) => two.find(each => each.id === id)?.shown;
    expect(shown('recorded:sum')).toEqual(['0.3', '0.25']);
    expect(shown('parameter:seed')).toEqual(['12345678901234567', '2']);
    expect(shown('parameter:way')).toEqual(['0.10', '0.2']);

    const [seed] = find('parameter:seed');
    const sort = { column: seed.id, descending: false };
    expect(orderOf(long, all, sort)).toEqual([2, 1, 0]);
    const name = { column: NAME_COLUMN, descending: true };
    expect(orderOf(long, all, name)).toEqual([2, 1, 0]);
    expect(orderOf(long, all, undefined)).toEqual([0, 1, 2]);
    const columnsOfTwo = two.filter(each => each.id === 'recorded:sum');
    expect(toCsv(long, columnsOfTwo, [1, 0], trans)).toBe(
      'Job,Name,sum\r\ny,Run y,0.25\r\nx,Run x,0.30000000000000004\r\n'
    );
  });
});

describe('the charts', () => {
  const theme = { text: 'black', line: 'grey', mark: 'blue', isDark: false };

  it('begin with what was varied and what came of it', () => {
    expect(defaultAxes(columns).map(each => each.id)).toEqual([
      'parameter:rate',
      'parameter:way',
      'recorded:accuracy',
      'printed:took'
    ]);
  });

  it('put each axis on a scale of its own and leave out what is missing', () => {
    const axes = [column('parameter:rate'), column('parameter:way')];
    const spec = parallelChart(axes, { runs, theme });
    const { values } = spec.data as { values: { axis: string }[] };
    expect(values).toEqual([
      expect.objectContaining({ run: 'Run a', axis: '0', place: 0 }),
      expect.objectContaining({
        run: 'Run b',
        axis: '0',
        place: expect.closeTo(0.0101)
      }),
      expect.objectContaining({ run: 'Run c', axis: '0', place: 1 }),
      expect.objectContaining({ run: 'Run a', axis: '1', place: 0 }),
      expect.objectContaining({ run: 'Run b', axis: '1', place: 1 })
    ]);
    expect(JSON.stringify(spec)).toContain('"text":"5.05"');
  });

  it('set two columns against each other, coloured by a third', () => {
    const spec = scatterChart(
      column('parameter:rate'),
      column('recorded:accuracy'),
      { runs, colour: column('parameter:way'), theme }
    );
    expect((spec.data as { values: unknown }).values).toEqual([
      { run: 'Run a', x: 0.1, y: 0.9, colour: 'adam' },
      { run: 'Run b', x: 0.2, y: 0.95, colour: 'sgd' }
    ]);
    expect(spec.encoding).toMatchObject({
      x: { type: 'quantitative' },
      color: { field: 'colour', type: 'nominal' }
    });
  });
});
