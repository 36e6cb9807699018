import type { TranslationBundle } from '@jupyterlab/translation';
import { editIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { IconButton } from '../../components/IconButton';
import { showErrorDetails } from '../../components/errorDetails';
import type { Known } from '../../tokens';
import { isKnown } from '../facts';

/** What a {@link Fact} needs. */
export interface IFactProps<T> {
  name: string;
  known: Known<T>;
  /** How it is shown; nothing leaves the row out. */
  render: (value: T) => React.ReactNode;
  /** Opens the plan of changes at this row. */
  onChange?: () => void;
  trans: TranslationBundle;
}

/** One thing known of the space, or why it is not known. */
export function Fact<T>(props: IFactProps<T>): JSX.Element | null {
  const { name, known, render, onChange, trans } = props;
  const shown = isKnown(known) ? (
    render(known.value)
  ) : (
    <Unknown name={name} known={known} trans={trans} />
  );
  if (shown === null) {
    return null;
  }
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <span className="jp-SageMakerStudio-Fact-value">{shown}</span>
        {onChange && (
          <IconButton
            icon={editIcon}
            label={trans.__('Change: %1…', name)}
            onClick={onChange}
          />
        )}
      </dd>
    </>
  );
}

function Unknown(props: {
  name: string;
  known: Known<unknown>;
  trans: TranslationBundle;
}): JSX.Element | null {
  const { name, known, trans } = props;
  if (!('reason' in known)) {
    return null;
  }
  const { reason, error } = known;
  return (
    <span className="jp-SageMakerStudio-Fact-unknown">
      {error ? (
        <>
          {trans.__('Not known.')}{' '}
          <button
            type="button"
            className="jp-SageMakerStudio-linkButton"
            title={reason}
            aria-label={trans.__('Why it is not known: %1', name)}
            onClick={() => void showErrorDetails(error, trans)}
          >
            {trans.__('Why?')}
          </button>
        </>
      ) : (
        reason || trans.__('Not known.')
      )}
    </span>
  );
}
