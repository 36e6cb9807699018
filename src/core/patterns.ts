import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';

/** Milliseconds one question may take: patterns that are fine need a few. */
const DEADLINE = 5000;

/** What the worker runs: it tells that it is there, then answers each question. */
const SOURCE = `
onmessage = ({ data: { expression, texts, wantsAll } }) => {
  const found = [];
  texts.forEach((text, at) => {
    if (wantsAll) {
      for (const match of text.matchAll(expression)) {
        found.push({ at, index: match.index, groups: [...match] });
      }
      return;
    }
    expression.lastIndex = 0;
    if (expression.test(text)) {
      found.push(at);
    }
  });
  postMessage(found);
};
postMessage(null);`;

/** Why a pattern has given no answer. */
export class PatternError extends Error {
  /**
   * @param kind - `too-slow`: it was stopped; `unavailable`: nothing runs patterns here;
   * `cancelled`: nobody waits any more.
   */
  constructor(readonly kind: 'too-slow' | 'unavailable' | 'cancelled') {
    super(kind);
  }
}

/** Why a pattern has given no answer, for people. */
export function patternProblem(
  kind: PatternError['kind'],
  trans: TranslationBundle
): string {
  return kind === 'too-slow'
    ? trans.__(
        'The regular expression takes too long and was stopped: make it simpler, e.g. without a repetition in a repetition.'
      )
    : trans.__(
        'Regular expressions can’t be used: the browser does not let this page start workers.'
      );
}

/** One match; `groups[0]` is all of it. */
export interface IPatternMatch {
  /** Index of the text. */
  at: number;
  /** Where in the text it begins. */
  index: number;
  groups: (string | undefined)[];
}

/**
 * Runs regular expressions that people type. Some take ages on some texts, and nothing can stop
 * one: so they run in a worker, which is ended if it does not answer in time.
 */
export class Patterns implements IDisposable {
  /** @param _deadline - milliseconds one question may take. */
  constructor(private readonly _deadline = DEADLINE) {}

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this.cancel();
    this._end();
  }

  /** End what is under way; new questions don't wait for it. */
  cancel(): void {
    this._generation += 1;
    this._reject?.(new PatternError('cancelled'));
  }

  /**
   * Indexes of the texts in which something is found.
   *
   * @throws PatternError
   */
  test(expression: RegExp, texts: readonly string[]): Promise<number[]> {
    return this._ask({ expression, texts, wantsAll: false });
  }

  /**
   * All that is found in some texts.
   *
   * @param expression - with the flag `g`.
   * @throws PatternError
   */
  matchAll(
    expression: RegExp,
    texts: readonly string[]
  ): Promise<IPatternMatch[]> {
    return this._ask({ expression, texts, wantsAll: true });
  }

  /** One question after the other, so that none waits for another one's time. */
  private _ask<T>(question: object): Promise<T> {
    const generation = this._generation;
    const answer = this._last.then(async () => {
      if (this._isDisposed || generation !== this._generation) {
        throw new PatternError('cancelled');
      }
      try {
        const worker = (this._worker ??= await this._start());
        const answered = this._answer<T>(worker, 'too-slow');
        worker.postMessage(question);
        return await answered;
      } catch (error) {
        this._end();
        throw error;
      }
    });
    this._last = answer.catch(() => undefined);
    return answer;
  }

  private async _start(): Promise<Worker> {
    let worker: Worker;
    try {
      worker = makeWorker();
    } catch {
      throw new PatternError('unavailable');
    }
    try {
      await this._answer(worker, 'unavailable');
    } catch (error) {
      worker.terminate();
      throw error;
    }
    return worker;
  }

  /** What the worker says next; an error or silence is a failure of the kind that is named. */
  private _answer<T>(
    worker: Worker,
    failure: PatternError['kind']
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const settle = (end: () => void) => {
        clearTimeout(timer);
        this._reject = undefined;
        end();
      };
      const fail = (error: PatternError) => settle(() => reject(error));
      const timer = setTimeout(
        () => fail(new PatternError(failure)),
        this._deadline
      );
      this._reject = fail;
      worker.onmessage = ({ data }: MessageEvent<T>) =>
        settle(() => resolve(data));
      worker.onerror = event => {
        event.preventDefault();
        fail(new PatternError(failure));
      };
    });
  }

  private _end(): void {
    this._worker?.terminate();
    this._worker = null;
  }

  private _worker: Worker | null = null;
  private _reject: ((error: PatternError) => void) | undefined;
  private _generation = 0;
  private _last: Promise<unknown> = Promise.resolve();
  private _isDisposed = false;
}

/** A worker without a file of its own: JupyterLab serves extensions' scripts as parts of its page. */
function makeWorker(): Worker {
  const url = URL.createObjectURL(
    new Blob([SOURCE], { type: 'text/javascript' })
  );
  try {
    return new Worker(url);
  } finally {
    // The worker has it by now, or never will.
    setTimeout(() => URL.revokeObjectURL(url), DEADLINE);
  }
}
