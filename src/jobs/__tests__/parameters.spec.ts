import {
  convertedNames,
  fitsType,
  isPythonName,
  parametersCellIndex,
  parseParameters
} from '../parameters';
import { readLiteral } from '../pythonLiteral';

describe('readLiteral', () => {
  it.each([
    ['10', 'number', '10'],
    ['-3', 'number', '-3'],
    ['1_000_000', 'number', '1_000_000'],
    ['0.1', 'number', '0.1'],
    ['.5', 'number', '.5'],
    ['1.', 'number', '1.'],
    ['1e-4', 'number', '1e-4'],
    ['0xff', 'number', '0xff'],
    ["'a'", 'string', 'a'],
    ['"it\'s"', 'string', "it's"],
    ["'it\\'s'", 'string', "it's"],
    ["r'C:\\new'", 'string', 'C:\\new'],
    ["'a\\tb\\u00e9'", 'string', 'a\tbé'],
    ['"""two\nlines"""', 'string', 'two\nlines'],
    ["'a' 'b'", 'string', 'ab'],
    ["('a'\n 'b')", 'string', 'ab'],
    ["'# not a comment'", 'string', '# not a comment'],
    ['""', 'string', ''],
    ['True', 'bool', 'True'],
    ['None', 'none', 'None'],
    ['[1, 2, 3]', 'list', '[1, 2, 3]'],
    ['[]', 'list', '[]'],
    ['(1, 2)', 'list', '(1, 2)'],
    ['()', 'list', '()'],
    ['{1, 2}', 'list', '{1, 2}'],
    ["{'a': [1, {'b': None}],}", 'dict', "{'a': [1, {'b': None}],}"],
    ['{}', 'dict', '{}'],
    ['(5)', 'number', '(5)'],
    ['1 + 2', 'expression', '1 + 2'],
    ["f'{x}'", 'expression', "f'{x}'"],
    ["b'x'", 'expression', "b'x'"],
    ["os.environ['HOME']", 'expression', "os.environ['HOME']"],
    ['[x for x in y]', 'expression', '[x for x in y]'],
    ['Truest', 'expression', 'Truest'],
    ["'open", 'expression', "'open"],
    ['[1, 2', 'expression', '[1, 2'],
    ["{'a': 1, 2}", 'expression', "{'a': 1, 2}"],
    ['', 'expression', '']
  ])('reads %s as %s', (source, type, text) => {
    expect(readLiteral(source)).toEqual({ type, text });
  });
});

describe('parseParameters', () => {
  it('reads names, types, annotations and comments', () => {
    const cell = [
      '# The knobs of this run',
      'epochs = 10  # how often all data is seen',
      'rate: float = 0.1',
      'label: "str" = "a # b"',
      'seed = None  # type: int the random seed',
      'layers = [  # sizes',
      '    64,',
      '    32,  # the last',
      ']',
      'options = {',
      '    "deep": True',
      '}',
      'a = b = 1; c = 2'
    ].join('\n');
    expect(parseParameters(cell)).toEqual([
      {
        name: 'epochs',
        type: 'number',
        defaultText: '10',
        help: 'how often all data is seen'
      },
      { name: 'rate', type: 'number', defaultText: '0.1', annotation: 'float' },
      {
        name: 'label',
        type: 'string',
        defaultText: 'a # b',
        annotation: 'str'
      },
      {
        name: 'seed',
        type: 'none',
        defaultText: 'None',
        annotation: 'int',
        help: 'the random seed'
      },
      {
        name: 'layers',
        type: 'list',
        defaultText: expect.stringMatching(/^\[\s+64,\s+32,\s+\]$/)
      },
      {
        name: 'options',
        type: 'dict',
        defaultText: '{\n    "deep": True\n}'
      },
      { name: 'a', type: 'number', defaultText: '1' },
      { name: 'b', type: 'number', defaultText: '1' },
      { name: 'c', type: 'number', defaultText: '2' }
    ]);
  });

  it('skips what is not a top-level assignment', () => {
    const cell = [
      'import os',
      '%matplotlib inline',
      '!pip install x=1',
      'def f(x=1):',
      '    inner = 2',
      'if True:',
      '    hidden = 3',
      'else: other = 3',
      'total += 4',
      'x == 5',
      'x, y = 1, 2',
      'self.z = 6',
      'print(end="")',
      'kept = 7'
    ].join('\n');
    expect(parseParameters(cell).map(found => found.name)).toEqual(['kept']);
  });

  it('keeps the last value of a name assigned twice, and names in any script', () => {
    expect(parseParameters('größe = 1\n数 = 2\r\ngröße = "x"')).toEqual([
      { name: 'größe', type: 'string', defaultText: 'x' },
      { name: '数', type: 'number', defaultText: '2' }
    ]);
  });

  it('survives broken source', () => {
    expect(parseParameters('a = (1,\nb = 2')).toEqual([
      { name: 'a', type: 'expression', defaultText: '(1,\nb = 2' }
    ]);
    expect(parseParameters('a = "open\nb = 2')).toHaveLength(1);
    expect(parseParameters('')).toEqual([]);
  });
});

describe('fitsType', () => {
  it('wants a literal of the same kind', () => {
    expect(fitsType('12', 'number')).toBe(true);
    expect(fitsType('twelve', 'number')).toBe(false);
    expect(fitsType('true', 'bool')).toBe(false);
    expect(fitsType('[1]', 'list')).toBe(true);
    expect(fitsType('anything', 'string')).toBe(true);
    expect(fitsType('anything', 'none')).toBe(true);
  });
});

describe('isPythonName', () => {
  it('refuses what Python refuses', () => {
    expect(isPythonName('épochs_2')).toBe(true);
    expect(isPythonName('2nd')).toBe(false);
    expect(isPythonName('my var')).toBe(false);
    expect(isPythonName('class')).toBe(false);
  });
});

describe('parametersCellIndex', () => {
  it('finds the first tagged cell', () => {
    const cell = (tags?: unknown) => ({
      cell_type: 'code',
      metadata: { tags } as never
    });
    expect(parametersCellIndex([cell(), cell(['x'])])).toBe(-1);
    expect(
      parametersCellIndex([cell(), cell(['x', 'parameters']), cell([])])
    ).toBe(1);
  });
});

describe('convertedNames', () => {
  it('finds conversions of a name by itself', () => {
    const source = [
      'epochs = int(epochs)',
      '  rate: float = float( rate )',
      'options = json.loads(options)',
      'x = int(y)'
    ].join('\n');
    expect([...convertedNames(source)]).toEqual(['epochs', 'rate', 'options']);
  });
});
