import { trans } from '../../__tests__/fakes';
import { PatternError, Patterns, patternProblem } from '../patterns';

/** Takes longer than anybody lives. */
const AGES = /(a+)+$/u;
const LONG = `${'a'.repeat(60)}!`;

describe('Patterns', () => {
  let patterns: Patterns;
  let made: jest.SpyInstance;

  beforeEach(() => {
    made = jest.spyOn(URL, 'createObjectURL');
    patterns = new Patterns();
  });
  afterEach(() => {
    patterns.dispose();
    made.mockRestore();
  });

  it('finds texts and matches, with one worker for all questions', async () => {
    const texts = ['loss 1', 'nothing', 'loss 2, loss 3'];
    const [found, matches] = await Promise.all([
      patterns.test(/LOSS/giu, texts),
      patterns.matchAll(/loss (?<value>\d)/g, texts)
    ]);
    expect(found).toEqual([0, 2]);
    expect(matches).toEqual([
      { at: 0, index: 0, groups: ['loss 1', '1'] },
      { at: 2, index: 0, groups: ['loss 2', '2'] },
      { at: 2, index: 8, groups: ['loss 3', '3'] }
    ]);
    expect(made).toHaveBeenCalledTimes(1);
  });

  it('stops a pattern that takes ages, while the page goes on, and starts anew', async () => {
    patterns.dispose();
    patterns = new Patterns(1000);
    let beats = 0;
    const beat = setInterval(() => (beats += 1), 20);
    await expect(patterns.test(AGES, [LONG])).rejects.toMatchObject({
      kind: 'too-slow'
    });
    clearInterval(beat);
    expect(beats).toBeGreaterThan(10);
    expect(await patterns.test(/a+!/, [LONG])).toEqual([0]);
    expect(made).toHaveBeenCalledTimes(2);
  });

  it('says so where there are no workers', async () => {
    made.mockImplementation(() => {
      throw new Error('refused by the Content Security Policy');
    });
    await expect(patterns.test(/a/, ['a'])).rejects.toEqual(
      new PatternError('unavailable')
    );
    expect(patternProblem('unavailable', trans)).toMatch(/start workers/);
    expect(patternProblem('too-slow', trans)).toMatch(/takes too long/);
  });

  it('lets nobody wait for what is not wanted any more', async () => {
    const [old, queued] = [1, 2].map(() => patterns.test(AGES, [LONG]));
    setTimeout(() => patterns.cancel(), 200);
    await expect(old).rejects.toMatchObject({ kind: 'cancelled' });
    await expect(queued).rejects.toMatchObject({ kind: 'cancelled' });
    expect(await patterns.test(/a/, ['a'])).toEqual([0]);
    patterns.dispose();
    await expect(patterns.test(/a/, ['a'])).rejects.toMatchObject({
      kind: 'cancelled'
    });
  });
});
