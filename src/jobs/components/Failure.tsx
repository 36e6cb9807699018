import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { CopyButton } from '../../components/CopyButton';
import { readFailure } from '../outputs';

/** Why a job failed, in AWS's own words, and what it could still save. */
export function Failure(props: {
  /** FailureReason, whole. */
  reason: string;
  /** The exception at the end of the notebook, if the log has told it. */
  exception: string | null;
  isFailed: boolean;
  trans: TranslationBundle;
}): JSX.Element {
  const { isFailed, trans } = props;
  const { reason, saved } = readFailure(props.reason);
  return (
    <section
      className="jp-SageMakerStudio-Failure"
      aria-label={trans.__('Why it failed')}
    >
      <h3>
        {isFailed ? trans.__('Why it failed') : trans.__('What AWS says')}
        <CopyButton
          text={() => props.reason}
          label={trans.__('Copy the reason')}
          trans={trans}
        />
      </h3>
      {props.exception && <strong>{props.exception}</strong>}
      <pre>{reason}</pre>
      {isFailed && <p>{savedWords(saved, trans)}</p>}
    </section>
  );
}

function savedWords(
  saved: ReturnType<typeof readFailure>['saved'],
  trans: TranslationBundle
): string {
  if (!saved) {
    return trans.__(
      'The job failed before its notebook could start, so there is probably no output.'
    );
  }
  return saved.notebook
    ? trans.__(
        'The output notebook was saved with everything up to the failing cell: press “Open output”.'
      )
    : saved.log
      ? trans.__(
          'No output notebook was saved, but the log was: press “Open log”.'
        )
      : trans.__('Neither an output notebook nor a log was saved.');
}
