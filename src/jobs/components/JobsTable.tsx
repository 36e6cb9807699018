import type { TranslationBundle } from '@jupyterlab/translation';
import {
  closeIcon,
  deleteIcon,
  notebookIcon,
  refreshIcon,
  stopIcon
} from '@jupyterlab/ui-components';
import * as React from 'react';

import { ErrorCard } from '../../components/ErrorCard';
import { VirtualTable } from '../../components/VirtualTable';
import type { IColumn } from '../../components/VirtualTable';
import { formatTime } from '../../core/format';
import type { IJobRow, JobsModel } from '../model';
import { hasEnded } from '../tracker';
import type { IJobActions } from './actions';
import {
  Elapsed,
  RowStatus,
  rowDuration,
  rowStatus,
  rowTimes
} from './JobStatus';
import { IconButton } from '../../components/IconButton';
import { Nothing } from './JobsList';
import { ListFailure, Unavailable } from '../../components/Unavailable';

/** What a {@link JobsTable} needs. */
export interface IJobsTableProps {
  model: JobsModel;
  actions: IJobActions;
  trans: TranslationBundle;
  locale?: string;
}

/** All notebook jobs, with a filter; older pages come as one scrolls. */
export function JobsTable(props: IJobsTableProps): JSX.Element {
  const { model, actions, trans, locale } = props;
  const [filter, setFilter] = React.useState('');
  const columns = useColumns(actions, trans, locale);
  const { jobs } = model;
  const submissions = model.submissions.items;
  const all = React.useMemo(
    () => model.rows,
    // The getter makes new rows each time; these are what they are made of.
    [model, jobs, submissions.map(item => item.task.updatedAt).join()]
  );
  const rows = React.useMemo(
    () => filterRows(all, filter, trans),
    [all, filter, trans]
  );
  if (model.unavailable !== null) {
    return (
      <Unavailable
        reason={model.unavailable}
        trans={trans}
        onRetry={actions.refresh}
      />
    );
  }
  const isEmpty = all.length === 0;
  return (
    <div className="jp-SageMakerStudio-JobsTable">
      <Toolbar
        {...props}
        filter={filter}
        onFilter={setFilter}
        shown={rows.length}
        total={all.length}
      />
      {model.state.phase === 'failed' && (
        <ListFailure
          title={trans.__('The notebook jobs can’t be listed')}
          error={model.state.error}
          trans={trans}
          onRetry={actions.refresh}
        />
      )}
      {isEmpty ? (
        <Nothing model={model} trans={trans} />
      ) : (
        <VirtualTable
          label={trans.__('Notebook jobs')}
          columns={columns}
          rows={rows}
          rowKey={rowKey}
          trans={trans}
          onActivate={row => actions.openJob(row.name)}
          initialSort={{ column: 'created', descending: true }}
          onEndReached={() => void model.loadMore()}
        />
      )}
      <More {...props} isFiltered={filter !== ''} />
    </div>
  );
}

function rowKey(row: IJobRow): string {
  return row.name;
}

function filterRows(
  rows: ReadonlyArray<IJobRow>,
  filter: string,
  trans: TranslationBundle
): ReadonlyArray<IJobRow> {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) {
    return rows;
  }
  return rows.filter(row => {
    const text = [
      row.name,
      displayName(row),
      notebookName(row),
      instanceType(row),
      rowStatus(row, trans).label
    ]
      .join(' ')
      .toLowerCase();
    return words.every(word => text.includes(word));
  });
}

interface IToolbarProps extends IJobsTableProps {
  filter: string;
  onFilter: (filter: string) => void;
  shown: number;
  total: number;
}

function Toolbar(props: IToolbarProps): JSX.Element {
  const { actions, trans, filter, onFilter, shown, total, model } = props;
  return (
    <div className="jp-SageMakerStudio-JobsTable-toolbar">
      <input
        type="search"
        className="jp-mod-styled"
        value={filter}
        placeholder={trans.__('Filter by name, notebook, status or instance')}
        aria-label={trans.__('Filter the notebook jobs')}
        onChange={event => onFilter(event.target.value)}
      />
      <span role="status">
        {filter
          ? trans.__('%1 of %2', shown, total)
          : trans._n('%1 job', '%1 jobs', total)}
        {model.hasMore && '+'}
      </span>
      <IconButton
        icon={refreshIcon}
        label={trans.__('Refresh the notebook jobs')}
        onClick={actions.refresh}
      />
    </div>
  );
}

/** What there is beyond the rows read, and why it could not be read. */
function More(
  props: IJobsTableProps & { isFiltered: boolean }
): JSX.Element | null {
  const { model, trans, isFiltered } = props;
  const load = () => void model.loadMore();
  if (model.moreError) {
    return (
      <ErrorCard
        error={model.moreError}
        trans={trans}
        title={trans.__('Older notebook jobs can’t be read')}
        onRetry={load}
      />
    );
  }
  if (!model.hasMore) {
    return null;
  }
  return (
    <p className="jp-SageMakerStudio-JobsTable-more">
      {isFiltered &&
        trans.__(
          'Only the jobs read so far are searched; there are older ones.'
        )}{' '}
      <button
        type="button"
        className="jp-SageMakerStudio-linkButton"
        disabled={model.isLoadingMore}
        onClick={load}
      >
        {model.isLoadingMore
          ? trans.__('Reading older jobs…')
          : trans.__('Read older jobs')}
      </button>
    </p>
  );
}

function displayName(row: IJobRow): string {
  return row.kind === 'job' ? row.job.displayName : row.submission.displayName;
}

function notebookName(row: IJobRow): string {
  return row.kind === 'job'
    ? row.job.notebookName
    : row.submission.notebookPath.split('/').slice(-1)[0];
}

function instanceType(row: IJobRow): string {
  return row.kind === 'job'
    ? row.job.instanceType
    : row.submission.instanceType;
}

function createdAt(row: IJobRow): number {
  return row.kind === 'job'
    ? row.job.createdAt.getTime()
    : row.submission.createdAt;
}

function useColumns(
  actions: IJobActions,
  trans: TranslationBundle,
  locale: string | undefined
): IColumn<IJobRow>[] {
  return React.useMemo(() => {
    const collator = new Intl.Collator(undefined, { numeric: true });
    const by = (text: (row: IJobRow) => string) => (a: IJobRow, b: IJobRow) =>
      collator.compare(text(a), text(b));
    return [
      {
        id: 'name',
        label: trans.__('Name'),
        width: 'minmax(140px, 2fr)',
        compare: by(displayName),
        render: row => (
          <button
            type="button"
            className="jp-SageMakerStudio-linkButton"
            title={row.name}
            onClick={() => actions.openJob(row.name)}
          >
            {displayName(row)}
          </button>
        )
      },
      {
        id: 'notebook',
        label: trans.__('Notebook'),
        width: 'minmax(120px, 2fr)',
        compare: by(notebookName),
        render: notebookName
      },
      {
        id: 'status',
        label: trans.__('Status'),
        width: '130px',
        compare: by(row => rowStatus(row, trans).label),
        render: row => <RowStatus row={row} trans={trans} />
      },
      {
        id: 'instance',
        label: trans.__('Instance'),
        width: 'minmax(100px, 1fr)',
        compare: by(instanceType),
        render: instanceType
      },
      {
        id: 'created',
        label: trans.__('Created'),
        width: 'minmax(190px, 1fr)',
        compare: (a, b) => createdAt(a) - createdAt(b),
        render: row => formatTime(new Date(createdAt(row)), locale)
      },
      {
        id: 'duration',
        label: trans.__('Duration'),
        width: '110px',
        compare: (a, b) =>
          rowDuration(a, Date.now()) - rowDuration(b, Date.now()),
        render: row => <Elapsed {...rowTimes(row)} locale={locale} />
      },
      {
        id: 'actions',
        label: trans.__('Actions'),
        width: '100px',
        isOnDemand: true,
        render: row => <Actions row={row} actions={actions} trans={trans} />
      }
    ];
  }, [actions, trans, locale]);
}

function Actions(props: {
  row: IJobRow;
  actions: IJobActions;
  trans: TranslationBundle;
}): JSX.Element {
  const { row, actions, trans } = props;
  const name = displayName(row);
  if (row.kind === 'submission') {
    return (
      <IconButton
        icon={closeIcon}
        label={trans.__('Cancel the submission of “%1”', name)}
        onClick={() => actions.cancelSubmission(row.name)}
      />
    );
  }
  return (
    <span className="jp-SageMakerStudio-JobsTable-actions">
      {hasEnded(row.job) ? (
        <IconButton
          icon={notebookIcon}
          label={trans.__('Open the output of “%1”', name)}
          onClick={() => actions.openOutput(row.name, 'notebook')}
        />
      ) : (
        <IconButton
          icon={stopIcon}
          label={trans.__('Stop “%1”', name)}
          isDisabled={row.job.status === 'Stopping'}
          onClick={() => actions.stop(row.name)}
        />
      )}
      <IconButton
        icon={deleteIcon}
        label={trans.__('Delete “%1”', name)}
        onClick={() => actions.remove(row.name)}
      />
    </span>
  );
}
