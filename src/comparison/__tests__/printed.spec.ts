import { trans } from '../../__tests__/fakes';
import { Patterns } from '../../core/patterns';
import { commonUnit, readMeasure } from '../measures';
import { findPrinted, readPattern } from '../printed';

const patterns = new Patterns();
afterAll(() => patterns.dispose());

async function find(pattern: string, ...texts: string[]) {
  const read = readPattern(pattern, trans);
  return read.pattern
    ? findPrinted(texts, read.pattern, patterns)
    : read.problem;
}

describe('readMeasure', () => {
  it.each([
    [3, { value: 3, unit: '' }],
    ['-1.5e-3', { value: -0.0015, unit: '' }],
    ['1_000', { value: 1000, unit: '' }],
    ['93.2 %', { value: 93.2, unit: '%' }],
    ['12ms', { value: 12, unit: 'ms' }],
    ['1.5 GiB', { value: 1.5, unit: 'GiB' }],
    ['.5', { value: 0.5, unit: '' }],
    ['adam', null],
    ['5 apples', null],
    ['', null],
    [NaN, null],
    [true, null],
    [undefined, null]
  ])('reads %p', (value, measure) => {
    expect(readMeasure(value)).toEqual(measure);
  });
});

describe('commonUnit', () => {
  const read = (...values: (string | number)[]) =>
    commonUnit(values.map(readMeasure));

  it('turns units of one kind into the first one', () => {
    expect(read('1 min', '30 s', 'gone')).toEqual({
      unit: 'min',
      numbers: [1, 0.5, null]
    });
    expect(read('1 GB', '500 MB')).toEqual({ unit: 'GB', numbers: [1, 0.5] });
  });

  it('compares no apples with pears', () => {
    expect(read('1 s', '1 MB')).toBeNull();
    expect(read('1 s', 1)).toBeNull();
    expect(read('a', 'b')).toBeNull();
  });
});

describe('findPrinted', () => {
  it('finds `name = value` and keeps the last', async () => {
    expect(
      await find(
        '',
        'epoch 1: loss = 0.9, accuracy: 61 %\nepoch 2: loss = 0.25, accuracy: 93.5 %\r\n',
        'took: 12.5 s. rows=1_000',
        'f1-score: 1e-3 (val/loss: .5) [n=3]'
      )
    ).toEqual({
      loss: 0.25,
      accuracy: '93.5 %',
      took: '12.5 s',
      rows: 1000,
      'f1-score': 0.001,
      'val/loss': 0.5,
      n: 3
    });
  });

  it('takes no times, addresses, versions and words for numbers', async () => {
    expect(
      await find(
        '',
        '2024-05-01T10:00:00 INFO 10:00:01 http://127.0.0.1:8888 python=3.11.2 x == 4 name: adam mode: 3d'
      )
    ).toEqual({});
  });

  it('uses a regular expression of the person', async () => {
    expect(await find('loss is (\\S+)', 'loss is 0.5 and loss is 0.4')).toEqual(
      {
        printed: 0.4
      }
    );
    expect(await find('loss is (?<loss>\\S+)', 'loss is 0.5')).toEqual({
      loss: 0.5
    });
    expect(await find('(\\w+)->(\\d+)', 'a->1 b->2')).toEqual({ a: 1, b: 2 });
    expect(await find('loss is (\\S+)', 'loss is high')).toEqual({});
  });

  it.each([
    ['loss (', 'Correct the regular expression'],
    ['loss \\d+', 'round brackets'],
    ['(a)(b)(c)', 'one group']
  ])('says what is wrong with %s', async (pattern, words) => {
    expect(await find(pattern, 'x')).toContain(words);
  });

  it('is done at once with long lines', async () => {
    const begun = Date.now();
    await find('', 'a'.repeat(64_000), 'a='.repeat(32_000), '1'.repeat(64_000));
    await find('', 'a = ' + '1'.repeat(60_000));
    expect(Date.now() - begun).toBeLessThan(1000);
  });

  it('knows the groups of an expression without running it', async () => {
    expect(await find('\\(([\\d(]+)\\)', '(12)')).toEqual({ printed: 12 });
    expect(await find('(?:a|b)(?=x)(?<=b)x(?<n>\\d)', 'bx3')).toEqual({ n: 3 });
    expect(await find('(?:(?:(?:){9999}){9999}){9999}(\\d)', '')).toEqual({});
  });
});
