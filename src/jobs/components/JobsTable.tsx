import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { EmptyState } from '../../components/EmptyState';
import { ErrorCard } from '../../components/ErrorCard';
import { ListFailure, Unavailable } from '../../components/Unavailable';
import { VirtualTable } from '../../components/VirtualTable';
import type { INotebookJob } from '../../tokens';
import { filterOf } from '../filters';
import type { IJobFilters } from '../filters';
import type { IJobRow } from '../model';
import type { JobsTableModel } from '../tableModel';
import type { IJobActions } from './actions';
import { JobsBulk } from './JobsBulk';
import { Nothing } from './JobsList';
import { statusOf } from './JobStatus';
import { JobsToolbar } from './JobsToolbar';
import { displayName, jobColumns } from './jobColumns';

/** What a {@link JobsTable} needs. */
export interface IJobsTableProps {
  model: JobsTableModel;
  actions: IJobActions;
  trans: TranslationBundle;
  locale?: string;
}

/** All notebook jobs, with filters; older pages come as one scrolls. */
export function JobsTable(props: IJobsTableProps): JSX.Element {
  const { model, actions, trans, locale } = props;
  const { list, filters, selected, sort } = model;
  const columns = React.useMemo(
    () => jobColumns(model.columns, actions, trans, locale),
    [model.columns, actions, trans, locale]
  );
  const { jobs } = list;
  const submissions = list.submissions.items;
  const all = React.useMemo(
    () => list.rows,
    // The getter makes new rows each time; these are what they are made of.
    [list, jobs, submissions.map(item => item.task.updatedAt).join()]
  );
  const rows = React.useMemo(
    () => filterRows(all, filters, trans),
    [all, filters, trans]
  );
  const selection = React.useMemo(
    () => ({ keys: selected, onChange: model.select.bind(model) }),
    [selected, model]
  );
  if (list.unavailable !== null) {
    return (
      <Unavailable
        reason={list.unavailable}
        trans={trans}
        onRetry={actions.refresh}
      />
    );
  }
  return (
    <div className="jp-SageMakerStudio-JobsTable">
      <JobsToolbar
        {...props}
        shown={rows.length}
        total={all.length}
        onSelectAll={() => model.select(new Set(rows.map(rowKey)))}
      />
      <JobsBulk model={model} actions={actions} trans={trans} />
      {list.state.phase === 'failed' && (
        <ListFailure
          title={trans.__('The notebook jobs can’t be listed')}
          error={list.state.error}
          trans={trans}
          onRetry={() => void model.refresh()}
        />
      )}
      {all.length === 0 ? (
        <Empty {...props} />
      ) : (
        <VirtualTable
          // Anew once it is known what it is to be sorted by.
          key={model.isRestored ? 'restored' : 'new'}
          label={trans.__('Notebook jobs')}
          columns={columns}
          rows={rows}
          rowKey={rowKey}
          trans={trans}
          onActivate={row => actions.openJob(row.name)}
          selection={selection}
          initialSort={sort}
          onSort={changed => model.setSort(changed)}
          onEndReached={() => void list.loadMore()}
        />
      )}
      <More {...props} isAllShown={rows.length === all.length} />
    </div>
  );
}

function rowKey(row: IJobRow): string {
  return row.name;
}

/** No job at all, or none AWS finds by the filters. */
function Empty(props: IJobsTableProps): JSX.Element {
  const { model, trans } = props;
  const { list } = model;
  return model.isNarrowed && list.state.phase === 'ready' ? (
    <EmptyState
      title={trans.__('No notebook job matches the filters')}
      action={{
        label: trans.__('Clear the filters'),
        onClick: () => model.clearFilters()
      }}
    />
  ) : (
    <Nothing model={list} trans={trans} />
  );
}

function filterRows(
  rows: ReadonlyArray<IJobRow>,
  filters: IJobFilters,
  trans: TranslationBundle
): ReadonlyArray<IJobRow> {
  const { status, source, text, notebook, definition } = filters;
  if (!status && !source && !text && !notebook && !definition) {
    return rows;
  }
  const label = (job: INotebookJob) => statusOf(job, trans).label;
  const isWanted = filterOf(filters, label);
  const isOnItsWay =
    !definition &&
    (!status || status === 'InProgress') &&
    (!source || source === 'extension');
  const words = `${text} ${notebook}`.toLowerCase().split(/\s+/);
  return rows.filter(row => {
    if (row.kind === 'job') {
      return isWanted(row.job);
    }
    const { notebookPath } = row.submission;
    const known = `${displayName(row)} ${notebookPath}`.toLowerCase();
    return isOnItsWay && words.every(word => known.includes(word));
  });
}

/** What there is beyond the rows read, and why it could not be read. */
function More(
  props: IJobsTableProps & { isAllShown: boolean }
): JSX.Element | null {
  const { model, trans, isAllShown } = props;
  const { list, filters } = model;
  const load = () => void list.loadMore();
  if (list.moreError) {
    return (
      <ErrorCard
        error={list.moreError}
        trans={trans}
        title={trans.__('Older notebook jobs can’t be read')}
        onRetry={load}
      />
    );
  }
  const text = filters.text.trim();
  return (
    <>
      {filters.nameContains && (
        <p className="jp-SageMakerStudio-JobsTable-more">
          {trans.__(
            'Only jobs with “%1” in their name, in exactly these letters.',
            filters.nameContains
          )}{' '}
          <button
            type="button"
            className="jp-SageMakerStudio-linkButton"
            onClick={() => model.setFilters({ nameContains: '' })}
          >
            {trans.__('Show all again')}
          </button>
        </p>
      )}
      {list.hasMore && (
        <p className="jp-SageMakerStudio-JobsTable-more">
          {!isAllShown &&
            trans.__(
              'Only the jobs read so far are searched; there are older ones.'
            )}{' '}
          <button
            type="button"
            className="jp-SageMakerStudio-linkButton"
            disabled={list.isLoadingMore}
            onClick={load}
          >
            {list.isLoadingMore
              ? trans.__('Reading older jobs…')
              : trans.__('Read older jobs')}
          </button>{' '}
          {text && text !== filters.nameContains && (
            <button
              type="button"
              className="jp-SageMakerStudio-linkButton"
              onClick={() => model.setFilters({ nameContains: text })}
            >
              {trans.__('Search all names for “%1”', text)}
            </button>
          )}
        </p>
      )}
    </>
  );
}
