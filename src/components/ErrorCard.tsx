import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { StudioError } from '../core/errors';
import { explain } from '../core/explain';
import { missingActionOf } from '../core/permissions';
import { CopyButton } from './CopyButton';
import { failureIcon } from './icons';

/** What an {@link ErrorCard} needs. */
export interface IErrorCardProps {
  error: StudioError;
  trans: TranslationBundle;
  /** What was tried, e.g. "The jobs could not be listed"; default: what went wrong. */
  title?: string;
  /** Shown as *Try again* where that may help. */
  onRetry?: () => void;
}

/**
 * A failure, whole: what went wrong, AWS's own reason, operation, request id, the missing
 * permission, what to do, and *Try again*. Fits panels and dialogs.
 */
export function ErrorCard(props: IErrorCardProps): JSX.Element {
  const { error, trans, onRetry } = props;
  const { title, hint, retryable } = explain(error, trans);
  return (
    <section role="alert" className="jp-SageMakerStudio-ErrorCard">
      <h3 className="jp-SageMakerStudio-ErrorCard-title">
        <failureIcon.react tag="span" />
        {props.title ?? title}
      </h3>
      {props.title && <p>{title}</p>}
      {error.message && (
        <p className="jp-SageMakerStudio-ErrorCard-reason">{error.message}</p>
      )}
      {hint && <p className="jp-SageMakerStudio-ErrorCard-hint">{hint}</p>}
      <Facts error={error} trans={trans} />
      {onRetry && retryable && (
        <button
          type="button"
          className="jp-mod-styled jp-mod-accept jp-SageMakerStudio-ErrorCard-retry"
          onClick={onRetry}
        >
          {trans.__('Try again')}
        </button>
      )}
    </section>
  );
}

function Facts(props: {
  error: StudioError;
  trans: TranslationBundle;
}): JSX.Element {
  const { error, trans } = props;
  const missing = missingActionOf(error);
  const status = error.status ? ` (HTTP ${error.status})` : '';
  return (
    <dl className="jp-SageMakerStudio-ErrorCard-facts">
      {missing && (
        <Fact
          name={trans.__('Missing permission')}
          value={missing.action}
          copy={trans.__('Copy the missing permission')}
          trans={trans}
        />
      )}
      {missing?.resource && (
        <Fact name={trans.__('Resource')} value={missing.resource} />
      )}
      <Fact name={trans.__('Code')} value={error.code + status} />
      {error.operation && (
        <Fact name={trans.__('Operation')} value={error.operation} />
      )}
      {error.requestId && (
        <Fact
          name={trans.__('Request id')}
          value={error.requestId}
          copy={trans.__('Copy the request id')}
          trans={trans}
        />
      )}
    </dl>
  );
}

function Fact(props: {
  name: string;
  value: string;
  copy?: string;
  trans?: TranslationBundle;
}): JSX.Element {
  const { name, value, copy, trans } = props;
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <code>{value}</code>
        {copy && trans && (
          <CopyButton text={() => value} label={copy} trans={trans} />
        )}
      </dd>
    </>
  );
}
