import { trans } from '../../__tests__/fakes';
import { combinationAt, gridSize, sample } from '../grid';
import type { IPlanParameter, ISweepForm } from '../plan';
import { firstSweepProblem, newSweep, planSweep, readSweep } from '../plan';
import { newValues } from '../values';

const number = (name: string, value = '1'): IPlanParameter => ({
  name,
  value,
  isSent: false,
  parameter: { name, type: 'number' }
});
const list = (text: string) => ({
  ...newValues('1'),
  mode: 'list' as const,
  list: text
});

function form(change: Partial<ISweepForm> = {}): ISweepForm {
  return {
    ...newSweep(7),
    isOn: true,
    values: { a: list('1, 2, 3'), b: list('10, 20') },
    ...change
  };
}

const two = [number('a'), number('b')];

describe('grid', () => {
  it('counts through the combinations, the last parameter fastest', () => {
    const axes = [
      { name: 'a', values: ['1', '2'] },
      { name: 'b', values: ['x', 'y', 'z'] }
    ];
    const all = Array.from({ length: gridSize(axes) }, (_, at) =>
      Object.values(combinationAt(axes, at)).join('')
    );
    expect(all).toEqual(['1x', '1y', '1z', '2x', '2y', '2z']);
  });

  it('samples without repetition, the same for the same seed', () => {
    for (const [size, count] of [
      [10, 10],
      [1e12, 500],
      [6, 1]
    ]) {
      const drawn = sample(size, count, 42);
      expect(new Set(drawn).size).toBe(count);
      expect(drawn.every(each => each >= 0 && each < size)).toBe(true);
      expect(sample(size, count, 42)).toEqual(drawn);
    }
    expect(sample(1e12, 5, 1)).not.toEqual(sample(1e12, 5, 2));
  });

  it('draws evenly', () => {
    const hits = Array.from({ length: 10 }, () => 0);
    for (let seed = 0; seed < 2000; seed++) {
      sample(10, 3, seed).forEach(each => (hits[each] += 1));
    }
    // 600 each is expected; the standard deviation is 20.
    expect(Math.min(...hits)).toBeGreaterThan(500);
    expect(Math.max(...hits)).toBeLessThan(700);
  });

  it('knows when it can no longer count', () => {
    const values = Array.from({ length: 10_000 }, (_, at) => String(at));
    const axes = ['a', 'b', 'c', 'd'].map(name => ({ name, values }));
    expect(gridSize(axes.slice(0, 3))).toBe(1e12);
    expect(gridSize(axes)).toBe(Infinity);
  });
});

describe('planSweep', () => {
  it('says the size as one types', () => {
    const plan = planSweep(form(), two, 4, trans);
    expect(plan.words).toBe('3 × 2 = 6 jobs');
    expect(plan.count).toBe(6);
    expect(plan.concurrency).toBe(4);
    expect(plan.combination(5)).toEqual({ a: '3', b: '20' });
    expect(firstSweepProblem(plan)).toBeNull();
  });

  it('draws a sample that is the same each time', () => {
    const drawn = form({ isSample: true, sampleSize: '4' });
    const plan = planSweep(drawn, two, null, trans);
    expect(plan.words).toBe('4 of 3 × 2 = 6 combinations');
    expect(plan.count).toBe(4);
    const again = planSweep(drawn, two, null, trans);
    const all = [0, 1, 2, 3].map(at => JSON.stringify(plan.combination(at)));
    expect(new Set(all).size).toBe(4);
    expect(JSON.stringify(again.combination(3))).toBe(all[3]);
  });

  it('says the size of one parameter’s sample without a product', () => {
    const one = {
      isSample: true,
      sampleSize: '2',
      values: { a: list('1,2,3') }
    };
    expect(planSweep(form(one), two, 1, trans).words).toBe(
      '2 of 3 combinations'
    );
  });

  it.each([
    [{ values: {} }, 'at least one parameter'],
    [{ values: { a: list('1, x') } }, '“x”'],
    [
      {
        values: {
          a: { ...newValues('1'), mode: 'range' as const, from: '1', to: '501' }
        }
      },
      'at most 500'
    ],
    [{ isSample: true, sampleSize: '7' }, 'from 1 to 6'],
    [{ isSample: true, seed: '-1' }, 'seed'],
    [{ concurrency: '7' }, 'from 1 to 6'],
    [{ concurrency: 'many' }, 'from 1 to 6']
  ])('says what is wrong with %j', (change, words) => {
    const plan = planSweep(
      { ...form(), sampleSize: '3', ...change },
      two,
      null,
      trans
    );
    expect(firstSweepProblem(plan)).toContain(words);
  });

  it('counts the parameters that are handed over', () => {
    const sent = Array.from({ length: 99 }, (_, at) => ({
      name: `p${at}`,
      value: '1',
      isSent: true
    }));
    const fits = planSweep(
      form({ values: { a: list('1,2') } }),
      [...sent, ...two],
      1,
      trans
    );
    expect(fits.problems.size).toBeUndefined();
    const over = planSweep(form(), [...sent, ...two], 1, trans);
    expect(over.problems.size).toContain('101');
  });

  it('suggests few jobs at once where no quota is known, and one where it is none', () => {
    expect(planSweep(form(), two, null, trans).concurrency).toBe(4);
    expect(planSweep(form(), two, 0, trans).concurrency).toBe(1);
    expect(planSweep(form(), two, 100, trans).concurrency).toBe(6);
  });

  it('reads back what was kept, and nothing else', () => {
    const kept = JSON.parse(JSON.stringify(form()));
    expect(readSweep(kept)).toEqual(form());
    expect(readSweep({ isOn: 'yes' })).toBeUndefined();
    expect(readSweep(null)).toBeUndefined();
  });

  it('takes a parameter named like a property of objects for one like any other', () => {
    const plan = planSweep(
      form({ values: {} }),
      [number('constructor')],
      1,
      trans
    );
    expect(plan.axes).toEqual([]);
  });
});
