import { nullTranslator } from '@jupyterlab/translation';

import {
  checkDisplayName,
  checkEnvironmentCount,
  checkFiles,
  checkParameter,
  checkParameterCount,
  checkRetries,
  checkTimeout,
  checkVariable,
  timeoutIn,
  timeoutSeconds
} from '../limits';

const trans = nullTranslator.load('test');

describe('checkDisplayName', () => {
  it.each(['train', 'Entraînement été 2', '训练 1', 'a_b.c:d/e=f+g-h@i'])(
    'takes %s',
    name => {
      expect(checkDisplayName(name, trans)).toBeNull();
    }
  );

  it('says what to change', () => {
    expect(checkDisplayName('  ', trans)).toBe('Give the job a name.');
    expect(checkDisplayName('x'.repeat(256), trans)).toBeNull();
    expect(checkDisplayName('x'.repeat(257), trans)).toMatch(
      'Shorten the name to 256 characters; it has 257.'
    );
    expect(checkDisplayName('a*b', trans)).toMatch('Remove “*” from the name');
  });
});

describe('checkParameter', () => {
  it('holds SageMaker’s and Python’s limits', () => {
    const check = (name: string, value = '1', isPython = true) =>
      checkParameter({ name, value }, [name], isPython, trans);
    expect(check('epochs', 'x'.repeat(2500))).toBeNull();
    expect(check('epochs', 'x'.repeat(2501))).toMatch('2500 characters');
    expect(check('x'.repeat(257))).toMatch('256 characters; it has 257');
    expect(check('')).toMatch('Name the parameter');
    expect(check('my var')).toMatch('Rename “my var”');
    expect(check('my.var', '1', false)).toBeNull();
    expect(
      checkParameter({ name: 'a', value: '' }, ['a', 'b', 'a'], true, trans)
    ).toMatch('two parameters called “a”');
    expect(checkParameterCount(100, trans)).toBeNull();
    expect(checkParameterCount(102, trans)).toMatch('100, and there are 102');
  });
});

describe('checkVariable', () => {
  it('holds the limits of notebook jobs', () => {
    const check = (name: string, value = '') =>
      checkVariable({ name, value }, [name], trans);
    expect(check('STAGE', 'x'.repeat(512))).toBeNull();
    expect(check('STAGE', 'x'.repeat(513))).toMatch('512 characters');
    expect(check('X'.repeat(513))).toMatch('512 characters; it has 513');
    expect(check('')).toMatch('Name the variable');
    expect(check('MY-STAGE')).toMatch('Rename “MY-STAGE”');
    expect(check('É')).toMatch('Rename “É”');
    expect(check('SM_KERNEL_NAME')).toMatch('SageMaker sets this name');
    expect(check('AWS_DEFAULT_REGION')).toMatch('SageMaker sets this name');
    expect(checkVariable({ name: 'A', value: '' }, ['A', 'A'], trans)).toMatch(
      'two variables called “A”'
    );
    expect(checkEnvironmentCount(28, trans)).toBeNull();
    expect(checkEnvironmentCount(29, trans)).toMatch('28, and there are 29');
  });
});

describe('checkTimeout and checkRetries', () => {
  it('hold the bounds', () => {
    expect(checkTimeout('5', 'days', trans)).toBeNull();
    expect(checkTimeout('121', 'hours', trans)).toMatch('at most 432000');
    expect(checkTimeout('0', 'hours', trans)).toMatch('at least one');
    expect(checkTimeout('0.5', 'seconds', trans)).toMatch('whole seconds');
    expect(checkTimeout('1.5', 'hours', trans)).toBeNull();
    expect(checkTimeout('', 'hours', trans)).toMatch('as a number');
    expect(checkTimeout('soon', 'hours', trans)).toMatch('as a number');
    expect(checkRetries('0', trans)).toBeNull();
    expect(checkRetries('30', trans)).toBeNull();
    expect(checkRetries('31', trans)).toMatch('0 to 30');
    expect(checkRetries('', trans)).toMatch('0 to 30');
    expect(checkRetries('1.5', trans)).toMatch('0 to 30');
  });

  it('show seconds in the largest whole unit', () => {
    expect(timeoutIn(172800)).toEqual({ value: '2', unit: 'days' });
    expect(timeoutIn(5400)).toEqual({ value: '90', unit: 'minutes' });
    expect(timeoutIn(61)).toEqual({ value: '61', unit: 'seconds' });
    expect(timeoutSeconds('2', 'days')).toBe(172800);
  });
});

describe('checkFiles', () => {
  it('finds names that would collide in the job’s folder', () => {
    expect(checkFiles(['a/x.csv', 'b/y.csv'], 'n.ipynb', trans)).toBeNull();
    expect(checkFiles(['a/x.csv', 'b/x.csv'], 'n.ipynb', trans)).toMatch(
      'called “x.csv”'
    );
    expect(checkFiles(['b/n.ipynb'], 'RTC:a/n.ipynb', trans)).toMatch(
      'called “n.ipynb”'
    );
  });
});
