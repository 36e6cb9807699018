import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { formatTime } from '../../core/format';
import type { INotebookJob } from '../../tokens';
import type { Outcome } from '../calendar';
import { outcomeOf } from '../calendar';

/** The letter and the word of an outcome. */
export function outcomeWords(
  outcome: Outcome,
  trans: TranslationBundle
): { letter: string; word: string } {
  const words: Record<Outcome, { letter: string; word: string }> = {
    completed: {
      letter: trans._p('letter of an outcome: completed', 'C'),
      word: trans.__('completed')
    },
    failed: {
      letter: trans._p('letter of an outcome: failed', 'F'),
      word: trans.__('failed')
    },
    stopped: {
      letter: trans._p('letter of an outcome: stopped', 'S'),
      word: trans.__('stopped')
    },
    running: {
      letter: trans._p('letter of an outcome: running', 'R'),
      word: trans.__('running')
    }
  };
  return words[outcome];
}

/** One outcome as a shape with its letter. */
export function OutcomeMark(props: {
  outcome: Outcome;
  trans: TranslationBundle;
  title?: string;
}): JSX.Element {
  const { outcome, trans, title } = props;
  const { letter, word } = outcomeWords(outcome, trans);
  return (
    <span
      role="img"
      className={`jp-SageMakerStudio-Outcome jp-mod-${outcome}`}
      aria-label={title ?? word}
      title={title ?? word}
    >
      {letter}
    </span>
  );
}

/** The latest outcomes, the newest last. */
export function OutcomeStrip(props: {
  /** The newest first. */
  jobs: readonly INotebookJob[];
  trans: TranslationBundle;
  locale?: string;
}): JSX.Element {
  const { jobs, trans, locale } = props;
  if (jobs.length === 0) {
    return (
      <span className="jp-SageMakerStudio-quiet">
        {trans.__('no runs yet')}
      </span>
    );
  }
  return (
    <span
      className="jp-SageMakerStudio-OutcomeStrip"
      role="group"
      aria-label={trans.__('Latest runs, the newest last')}
    >
      {[...jobs].reverse().map(job => {
        const outcome = outcomeOf(job);
        const { word } = outcomeWords(outcome, trans);
        return (
          <OutcomeMark
            key={job.name}
            outcome={outcome}
            trans={trans}
            title={trans.__('%1, %2', word, formatTime(job.createdAt, locale))}
          />
        );
      })}
    </span>
  );
}
