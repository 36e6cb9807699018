import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { EmptyState } from './EmptyState';
import { ErrorCard } from './ErrorCard';
import type { StudioError } from '../core/errors';

// Commands read the same in every language.
const LOCAL_STUDIO =
  'pip install "jupyterlab-sagemaker-studio[local]"\nsagemaker-studio-local';

/** What to do where there is neither a space nor credentials. */
export function Unavailable(props: {
  /** Why there is no AWS here. */
  reason: string;
  trans: TranslationBundle;
  onRetry: () => void;
}): JSX.Element {
  const { reason, trans, onRetry } = props;
  return (
    <EmptyState
      title={trans.__('SageMaker is not set up here')}
      action={{ label: trans.__('Look again'), onClick: onRetry }}
    >
      {reason && <p>{reason}</p>}
      <LocalStudioAdvice trans={trans} />
    </EmptyState>
  );
}

/** The local Studio needs no account: how to start it. */
export function LocalStudioAdvice(props: {
  trans: TranslationBundle;
}): JSX.Element {
  const { trans } = props;
  return (
    <div className="jp-SageMakerStudio-Advice">
      <p>
        {trans.__(
          'To use an AWS account, give the JupyterLab server credentials and a region. To try it all without an account, start the local Studio in a terminal:'
        )}
      </p>
      <pre>{LOCAL_STUDIO}</pre>
    </div>
  );
}

/** A failed list: the error, and where it helps, how to do without AWS. */
export function ListFailure(props: {
  /** What was tried, e.g. "The notebook jobs can’t be listed". */
  title: string;
  error: StudioError;
  trans: TranslationBundle;
  onRetry: () => void;
}): JSX.Element {
  const { title, error, trans, onRetry } = props;
  return (
    <>
      <ErrorCard error={error} trans={trans} title={title} onRetry={onRetry} />
      {/^(CredentialsUnavailable|RegionUnknown)$/.test(error.code) && (
        <LocalStudioAdvice trans={trans} />
      )}
    </>
  );
}
