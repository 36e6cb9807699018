import { trans } from '../../__tests__/fakes';
import { Patterns } from '../../core/patterns';
import { indexFrom } from '../LogSearchBar';
import type { ILogMatches } from '../logSearch';
import { LogSearch } from '../logSearch';

const log = (count: number) =>
  Array.from({ length: count }, (_, at) => ({
    timestamp: at,
    message: at % 1000 === 7 ? `Step ${at}: an ERROR [x]` : `step ${at} is fine`
  }));

/** A search that tells when it is done, and the longest it held up the page. */
function start(patterns?: Patterns) {
  let last: ILogMatches | undefined;
  const waiting: ((matches: ILogMatches) => void)[] = [];
  const search = new LogSearch(
    matches => {
      last = matches;
      if (!matches.isSearching) {
        waiting.splice(0).forEach(done => done(matches));
      }
    },
    trans,
    patterns
  );
  searches.push(search);
  return {
    search,
    last: () => last,
    done: () => new Promise<ILogMatches>(resolve => waiting.push(resolve))
  };
}

const searches: LogSearch[] = [];
afterEach(() => searches.splice(0).forEach(search => search.dispose()));

const query = (text: string, more = {}) => ({
  text,
  isCaseSensitive: false,
  isRegex: false,
  ...more
});

describe('LogSearch', () => {
  it('finds by text, by capitals and by regular expression', async () => {
    const { search, done } = start();
    search.setLines(log(3000));
    let found = done();
    search.setQuery(query('error [x]'));
    expect((await found).lines).toEqual([7, 1007, 2007]);
    found = done();
    search.setQuery(query('error', { isCaseSensitive: true }));
    expect((await found).lines).toEqual([]);
    found = done();
    search.setQuery(query('^step \\d+7:', { isRegex: true }));
    expect((await found).lines).toEqual([1007, 2007]);
  });

  it('says what is wrong with a regular expression', () => {
    const { search, last } = start();
    search.setLines(log(10));
    search.setQuery(query('(', { isRegex: true }));
    expect(last()).toMatchObject({ lines: [], isSearching: false });
    expect(last()?.problem).toMatch(/regular expression/i);
  });

  it('stops a regular expression that takes ages for a line, and says so', async () => {
    const { search, done } = start(new Patterns(2000));
    const lines = log(3000);
    lines[1500] = { timestamp: 1500, message: `${'a'.repeat(60)}!` };
    search.setLines(lines);
    let found = done();
    search.setQuery(query('(a+)+$', { isRegex: true }));
    expect((await found).problem).toMatch(/takes too long/);
    // More lines don't begin it again; another expression does.
    found = done();
    search.setLines([...lines, { timestamp: 1, message: 'more' }]);
    expect((await found).problem).toMatch(/takes too long/);
    found = done();
    search.setQuery(query('a+!', { isRegex: true }));
    expect(await found).toMatchObject({ lines: [1500], problem: null });
  });

  it('leaves an expression that takes ages for the next one at once', async () => {
    const { search, done } = start();
    search.setLines([{ timestamp: 1, message: `${'a'.repeat(60)}!` }]);
    search.setQuery(query('(a+)+$', { isRegex: true }));
    await new Promise(resolve => setTimeout(resolve, 300));
    const began = performance.now();
    const found = done();
    search.setQuery(query('a!', { isRegex: true }));
    expect((await found).lines).toEqual([0]);
    expect(performance.now() - began).toBeLessThan(3000);
  });

  it('looks on where it was as the log grows, also after a redrawn last line', async () => {
    const { search, done } = start();
    const lines = log(1008);
    search.setLines(lines.slice(0, 8));
    let found = done();
    search.setQuery(query('error'));
    expect((await found).lines).toEqual([7]);
    found = done();
    search.setLines([...lines.slice(0, 7), { timestamp: 7, message: 'gone' }]);
    expect((await found).lines).toEqual([]);
    found = done();
    search.setLines(lines);
    expect((await found).lines).toEqual([7, 1007]);
  });

  it('looks through a million lines without holding up the page', async () => {
    const { search, done } = start();
    search.setLines(log(1_000_000));
    let longest = 0;
    let last = performance.now();
    let isOver = false;
    const beat = () => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
      if (!isOver) {
        setTimeout(beat, 0);
      }
    };
    const found = done();
    setTimeout(beat, 0);
    search.setQuery(query('error'));
    expect((await found).lines).toHaveLength(1000);
    isOver = true;
    // A slice is 8 ms; the rest is room for a busy machine.
    expect(longest).toBeLessThan(200);
  });
});

describe('indexFrom', () => {
  it('finds the first that is not before', () => {
    expect([0, 3, 4, 9].map(line => indexFrom([3, 8], line))).toEqual([
      0, 0, 1, 2
    ]);
  });
});
