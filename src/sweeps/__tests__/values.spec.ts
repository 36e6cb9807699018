import { trans } from '../../__tests__/fakes';
import type { IValuesInput } from '../values';
import { newValues, readValues, splitList } from '../values';

function read(
  change: Partial<IValuesInput>,
  type: 'number' | 'string' = 'number'
) {
  return readValues(
    { ...newValues('1'), ...change },
    { name: 'a', type },
    trans
  );
}

describe('splitList', () => {
  it.each([
    ['1, 2,3', ['1', '2', '3']],
    ['1\n2\n\n3,', ['1', '2', '3']],
    ['"a, b", c', ['a, b', 'c']],
    [`'it''s', "say \\"hi\\""`, ['its', 'say "hi"']],
    ['[1, 2], (3, 4), {"a": "x, y"}', ['[1, 2]', '(3, 4)', '{"a": "x, y"}']],
    ["don't, won't", ["don't", "won't"]],
    ['""', ['']],
    [' " leading" ', [' leading']],
    ['', []]
  ])('reads %s', (text, values) => {
    expect(splitList(text)).toEqual(values);
  });

  it('tells of quotes left open', () => {
    expect(splitList('"a, b')).toBeNull();
  });
});

describe('readValues', () => {
  it('reads typed literals and refuses others', () => {
    expect(read({ mode: 'list', list: '1, 2.5, 1e-3' }).values).toEqual([
      '1',
      '2.5',
      '1e-3'
    ]);
    expect(read({ mode: 'list', list: '1, two' }).problem).toContain('“two”');
    expect(read({ mode: 'list', list: '1, two' }, 'string').values).toEqual([
      '1',
      'two'
    ]);
  });

  it('refuses nothing, a value twice and one that is too long', () => {
    expect(read({ mode: 'list', list: ' , ' }).problem).toContain('commas');
    expect(read({ mode: 'list', list: '1,2,1' }).problem).toContain('“1”');
    const long = 'x'.repeat(2501);
    expect(read({ mode: 'list', list: long }, 'string').problem).toContain(
      '2501'
    );
    const fits = 'x'.repeat(2500);
    expect(read({ mode: 'list', list: fits }, 'string').values).toEqual([fits]);
  });

  it.each([
    [{ from: '0', to: '0.3', step: '0.1' }, ['0', '0.1', '0.2', '0.3']],
    [{ from: '10', to: '4', step: '-3' }, ['10', '7', '4']],
    [{ from: '1e-3', to: '3e-3', step: '1e-3' }, ['0.001', '0.002', '0.003']],
    [{ from: '1', to: '1', step: '5' }, ['1']],
    [{ from: '0', to: '10', step: '4' }, ['0', '4', '8']],
    [{ from: '-0.5', to: '0', step: '0.5' }, ['-0.5', '0']]
  ])('makes a range of %j', (typed, values) => {
    expect(read({ mode: 'range', ...typed })).toEqual({
      values,
      problem: null
    });
  });

  it.each([
    [{ from: '', to: '1', step: '1' }, 'as numbers'],
    [{ from: '0', to: '1', step: '0' }, 'other than 0'],
    [{ from: '0', to: '1', step: '-1' }, 'leads away'],
    [{ from: '0', to: '1e9', step: '1' }, 'fewer']
  ])('says what is wrong with the range %j', (typed, words) => {
    expect(read({ mode: 'range', ...typed }).problem).toContain(words);
  });

  it('spaces values linearly and logarithmically', () => {
    const bounds = { mode: 'spaced', from: '0.001', to: '1' } as const;
    expect(
      read({ ...bounds, count: '4', scale: 'logarithmic' }).values
    ).toEqual(['0.001', '0.01', '0.1', '1']);
    expect(read({ ...bounds, from: '0', count: '3' }).values).toEqual([
      '0',
      '0.5',
      '1'
    ]);
    expect(
      read({ ...bounds, from: '0', count: '3', scale: 'logarithmic' }).problem
    ).toContain('above 0');
    expect(read({ ...bounds, count: '1' }).problem).toContain('at least 2');
    expect(read({ ...bounds, to: '0.001', count: '2' }).problem).toContain(
      '“0.001”'
    );
  });
});
