import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { EmptyState } from '../../components/EmptyState';
import { ErrorCard } from '../../components/ErrorCard';
import { ProgressBar } from '../../components/ProgressBar';
import { showErrorDetails } from '../../components/errorDetails';
import { Unavailable } from '../../components/Unavailable';
import { VirtualTable } from '../../components/VirtualTable';
import type { Known } from '../../tokens';
import type { ICatalogueRow } from '../catalogue';
import type { CatalogueModel } from '../catalogueModel';
import type { ISpaceActions } from './actions';
import { CatalogueFilter } from './CatalogueFilter';
import { useCatalogueColumns } from './catalogueColumns';
import { Comparison } from './Comparison';

/** What a {@link Catalogue} needs. */
export interface ICatalogueProps {
  model: CatalogueModel;
  actions: ISpaceActions;
  trans: TranslationBundle;
  locale?: string;
}

/** All instance types: a filter, a table, and the chosen one beside the present one. */
export function Catalogue(props: ICatalogueProps): JSX.Element {
  const { model, actions, trans, locale } = props;
  const { catalogue, state, selected } = model;
  const columns = useCatalogueColumns({
    arePricesPending: catalogue?.prices === undefined,
    areQuotasPending: catalogue?.quotas === undefined,
    trans,
    locale
  });
  const onSelect = React.useCallback(
    (row: ICatalogueRow) => model.select(row.type),
    [model]
  );
  const onActivate = React.useCallback(
    (row: ICatalogueRow) =>
      row.isCurrent ? undefined : actions.switchTo(row.type),
    [actions]
  );
  // What is typed is painted first; the rows follow when there is time.
  const shown = React.useDeferredValue(model.shown);
  const refresh = () => void model.refresh();
  if (model.space.unavailable !== null) {
    return (
      <Unavailable
        reason={model.space.unavailable}
        trans={trans}
        onRetry={refresh}
      />
    );
  }
  return (
    <div className="jp-SageMakerStudio-Catalogue">
      <CatalogueFilter model={model} trans={trans} onRefresh={refresh} />
      {state.phase === 'failed' && (
        <ErrorCard
          error={state.error}
          trans={trans}
          title={trans.__('The instance types can’t be listed')}
          onRetry={refresh}
        />
      )}
      <Notes {...props} />
      {!catalogue && state.phase !== 'failed' && (
        <ProgressBar label={trans.__('Reading the instance types')} />
      )}
      {catalogue && shown.length === 0 && (
        <EmptyState
          title={trans.__('No instance type is left by the filter')}
        />
      )}
      {catalogue && shown.length > 0 && (
        <Table
          label={trans.__('Instance types')}
          columns={columns}
          rows={shown}
          rowKey={rowKey}
          trans={trans}
          selectedKey={selected?.type ?? null}
          onSelect={onSelect}
          onActivate={onActivate}
        />
      )}
      {catalogue && selected && (
        <Comparison
          row={selected}
          current={catalogue.current}
          actions={actions}
          trans={trans}
          locale={locale}
        />
      )}
    </div>
  );
}

// Not built again for a key as long as its rows are the same.
const Table = React.memo(VirtualTable<ICatalogueRow>);

function rowKey(row: ICatalogueRow): string {
  return row.type;
}

/** One quiet line for each thing that is not known. */
function Notes(props: ICatalogueProps): JSX.Element | null {
  const { model, trans } = props;
  const { catalogue } = model;
  if (!catalogue) {
    return null;
  }
  const { prices, quotas, hidden } = catalogue;
  return (
    <div className="jp-SageMakerStudio-Catalogue-notes">
      <Note
        known={prices}
        words={trans.__('Prices are not known.')}
        trans={trans}
      />
      <Note
        known={quotas}
        words={trans.__('Quotas are not known.')}
        trans={trans}
      />
      {hidden > 0 && (
        <p>
          {trans._n(
            'Your administrator does not offer %1 instance type.',
            'Your administrator does not offer %1 instance types.',
            hidden
          )}
        </p>
      )}
    </div>
  );
}

function Note(props: {
  known: Known<unknown> | undefined;
  words: string;
  trans: TranslationBundle;
}): JSX.Element | null {
  const { known, words, trans } = props;
  if (!known || !('reason' in known)) {
    return null;
  }
  const { error, reason } = known;
  return (
    <p title={reason}>
      {words}{' '}
      {error && (
        <button
          type="button"
          className="jp-SageMakerStudio-linkButton"
          onClick={() => void showErrorDetails(error, trans)}
        >
          {trans.__('Why?')}
        </button>
      )}
    </p>
  );
}
