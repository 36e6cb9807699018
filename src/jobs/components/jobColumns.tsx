import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IColumn } from '../../components/VirtualTable';
import { formatDuration, formatTime } from '../../core/format';
import type { INotebookJob } from '../../tokens';
import { OWN_TAGS } from '../../tokens/jobs';
import type { ColumnId } from '../columns';
import type { IJobRow } from '../model';
import { sourceLabel, sourceOf } from '../sources';
import type { IJobActions } from './actions';
import {
  Elapsed,
  RowStatus,
  rowDuration,
  rowStatus,
  rowTimes
} from './JobStatus';
import { RowActions } from './RowActions';

/** What the columns are called. */
export function columnLabels(
  trans: TranslationBundle
): Record<ColumnId, string> {
  return {
    name: trans.__('Name'),
    notebook: trans.__('Notebook'),
    status: trans.__('Status'),
    instance: trans.__('Instance'),
    created: trans.__('Created'),
    duration: trans.__('Duration'),
    origin: trans.__('Origin'),
    definition: trans.__('Definition or sweep'),
    ended: trans.__('Ended'),
    billed: trans.__('Billed time'),
    kernel: trans.__('Kernel'),
    image: trans.__('Image'),
    parameters: trans.__('Parameters'),
    owner: trans.__('User profile'),
    space: trans.__('Space'),
    job: trans.__('Training job')
  };
}

/** A row's name as the person gave it. */
export function displayName(row: IJobRow): string {
  return row.kind === 'job' ? row.job.displayName : row.submission.displayName;
}

/** Columns with what needs words and actions; built once for each choice of columns. */
export function jobColumns(
  chosen: readonly ColumnId[],
  actions: IJobActions,
  trans: TranslationBundle,
  locale: string | undefined
): IColumn<IJobRow>[] {
  const labels = columnLabels(trans);
  const all = allColumns(actions, trans, locale);
  return [
    ...chosen.map(id => ({ id, label: labels[id], ...all[id] })),
    {
      id: 'actions',
      label: trans.__('Actions'),
      width: '100px',
      isOnDemand: true,
      render: row => <RowActions row={row} actions={actions} trans={trans} />
    }
  ];
}

type Column = Omit<IColumn<IJobRow>, 'id' | 'label'>;

function allColumns(
  actions: IJobActions,
  trans: TranslationBundle,
  locale: string | undefined
): Record<ColumnId, Column> {
  const collator = new Intl.Collator(undefined, { numeric: true });
  const text = (width: string, textOf: (row: IJobRow) => string): Column => ({
    width,
    render: textOf,
    compare: (a, b) => collator.compare(textOf(a), textOf(b))
  });
  const ofJob = (width: string, textOf: (job: INotebookJob) => string) =>
    text(width, row => (row.kind === 'job' ? textOf(row.job) : ''));
  const time = (millisecondsOf: (row: IJobRow) => number): Column => ({
    width: 'minmax(190px, 1fr)',
    compare: (a, b) => millisecondsOf(a) - millisecondsOf(b),
    render: row => {
      const at = millisecondsOf(row);
      return at ? formatTime(new Date(at), locale) : '';
    }
  });
  const billed = (row: IJobRow) =>
    (row.kind === 'job' ? row.job.billableSeconds : undefined) ?? 0;
  return {
    name: {
      ...text('minmax(140px, 2fr)', displayName),
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
    notebook: text('minmax(120px, 2fr)', row =>
      row.kind === 'job'
        ? row.job.notebookName
        : row.submission.notebookPath.split('/').slice(-1)[0]
    ),
    status: {
      ...text('130px', row => rowStatus(row, trans).label),
      render: row => <RowStatus row={row} trans={trans} />
    },
    instance: text('minmax(100px, 1fr)', row =>
      row.kind === 'job' ? row.job.instanceType : row.submission.instanceType
    ),
    created: time(row =>
      row.kind === 'job'
        ? row.job.createdAt.getTime()
        : row.submission.createdAt
    ),
    duration: {
      width: '110px',
      compare: (a, b) =>
        rowDuration(a, Date.now()) - rowDuration(b, Date.now()),
      render: row => <Elapsed {...rowTimes(row)} locale={locale} />
    },
    origin: ofJob('100px', job => sourceLabel(sourceOf(job), trans)),
    definition: ofJob(
      'minmax(140px, 1fr)',
      job => job.jobDefinitionId ?? job.tags[OWN_TAGS.sweepName] ?? ''
    ),
    ended: time(row =>
      row.kind === 'job' ? (row.job.endedAt?.getTime() ?? 0) : 0
    ),
    billed: {
      width: '110px',
      compare: (a, b) => billed(a) - billed(b),
      render: row =>
        billed(row) ? formatDuration(billed(row) * 1000, locale) : ''
    },
    kernel: ofJob('minmax(90px, 1fr)', job => job.kernelName),
    image: ofJob('minmax(140px, 1fr)', job => job.imageUri),
    parameters: ofJob('minmax(140px, 2fr)', job =>
      Object.entries(job.parameters)
        .map(([name, value]) => `${name}=${value}`)
        .join(', ')
    ),
    owner: ofJob(
      'minmax(100px, 1fr)',
      job => job.tags['sagemaker:user-profile-name'] ?? ''
    ),
    space: ofJob(
      'minmax(100px, 1fr)',
      job => job.tags['sagemaker:shared-space-name'] ?? ''
    ),
    job: text('minmax(180px, 2fr)', row => row.name)
  };
}
