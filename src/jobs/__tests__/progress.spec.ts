import { appendLog, readException, readProgress } from '../progress';

const bar = (percent: number, done: number) =>
  `Executing:  ${percent}%|█████     | ${done}/6 [00:01<00:01,  2.5cell/s]`;

describe('readProgress', () => {
  it('reads the newest update of a bar', () => {
    expect(readProgress(bar(50, 3))).toEqual({
      done: 3,
      total: 6,
      percent: 50
    });
    expect(
      readProgress(`\r${bar(0, 0)}\r${bar(17, 1)}\r${bar(33, 2)}`)
    ).toEqual({ done: 2, total: 6, percent: 33 });
    expect(readProgress(`${bar(17, 1)}#015${bar(83, 5)}`)?.done).toBe(5);
    expect(
      readProgress('Executing:   0%|          | 0/6 [00:00<?, ?cell/s]')
    ).toEqual({ done: 0, total: 6, percent: 0 });
    expect(readProgress('Epoch 3/6: 50%')).toBeNull();
  });
});

describe('appendLog', () => {
  it('redraws the bar in place and keeps other lines', () => {
    const first = appendLog({ lines: [], progress: null }, [
      { timestamp: 1, message: 'start' },
      { timestamp: 2, message: bar(0, 0) },
      { timestamp: 3, message: bar(17, 1) }
    ]);
    expect(first.lines.map(line => line.message)).toEqual([
      'start',
      bar(17, 1)
    ]);
    const second = appendLog(first, [
      { timestamp: 4, message: `${bar(33, 2)}\rloss 0.5` },
      { timestamp: 5, message: 'Execution complete' }
    ]);
    expect(second.lines.map(line => line.message)).toEqual([
      'start',
      bar(17, 1),
      'loss 0.5',
      bar(33, 2),
      'Execution complete'
    ]);
    expect(second.progress).toEqual({ done: 2, total: 6, percent: 33 });
  });
});

describe('readException', () => {
  const log = (...messages: string[]) =>
    messages.map((message, timestamp) => ({ timestamp, message }));

  it('is the line before the driver tells of the output', () => {
    expect(
      readException(
        log(
          '----> 2 stock[part]',
          "KeyError: 'screws'",
          'Output notebook was generated',
          '+ exit_code=1'
        )
      )
    ).toBe("KeyError: 'screws'");
  });

  it('is nothing for a notebook that ran through, or without that line', () => {
    expect(
      readException(log('Execution complete', 'Output notebook was generated'))
    ).toBeNull();
    expect(readException(log("KeyError: 'screws'"))).toBeNull();
    expect(readException([])).toBeNull();
  });
});
