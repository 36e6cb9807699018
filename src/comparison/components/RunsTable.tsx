import type { TranslationBundle } from '@jupyterlab/translation';
import { notebookIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { IconButton } from '../../components/IconButton';
import { RowIcon } from '../../components/RowIcon';
import { StatusChip } from '../../components/StatusChip';
import { VirtualTable } from '../../components/VirtualTable';
import type { IColumn, ISort } from '../../components/VirtualTable';
import { warningIcon } from '../../components/icons';
import { statusOf } from '../../jobs/components/JobStatus';
import { hasEnded } from '../../jobs/tracker';
import type { IRunColumn } from '../columns';
import { NAME_COLUMN, bestOf, compareNames, compareRuns } from '../columns';
import type { IRun } from '../runs';
import type { IComparisonView } from '../view';
import type { IComparisonActions } from './actions';

const ROW_HEIGHT = 32;
/** More rows scroll. */
const MAX_ROWS = 14;
/** Pixels of the columns whose width is known. */
const WIDTH = { name: 240, value: 110, actions: 48 };

/** A row of the table: a run by its place among all. */
interface IRunRow {
  at: number;
  run: IRun;
}

/** What a {@link RunsTable} needs. */
export interface IRunsTableProps {
  runs: readonly IRun[];
  /** Those to show. */
  columns: readonly IRunColumn[];
  best: IComparisonView['best'];
  /** Names of the runs chosen for *side by side*. */
  chosen: ReadonlySet<string>;
  onChoose: (name: string) => void;
  /** The person sorts by another column. */
  onSort: (sort: ISort) => void;
  actions: IComparisonActions;
  trans: TranslationBundle;
}

/** A row a run, a column each thing they are compared by. */
export function RunsTable(props: IRunsTableProps): JSX.Element {
  const { runs, columns, trans, actions } = props;
  const rows = React.useMemo(
    () => runs.map((run, at) => ({ at, run })),
    [runs]
  );
  const shown = useColumns(props);
  const width =
    WIDTH.name + WIDTH.actions + columns.length * (WIDTH.value + 8) + 32;
  const height = (Math.min(rows.length, MAX_ROWS) + 1) * ROW_HEIGHT + 16;
  return (
    <div className="jp-SageMakerStudio-RunsTable">
      <div style={{ minWidth: width, height }}>
        <VirtualTable
          label={trans.__('Runs')}
          columns={shown}
          rows={rows}
          rowKey={rowKey}
          rowHeight={ROW_HEIGHT}
          trans={trans}
          onSort={props.onSort}
          onActivate={({ run }) => actions.openJob(run.name)}
        />
      </div>
    </div>
  );
}

function rowKey({ run }: IRunRow): string {
  return run.name;
}

function useColumns(props: IRunsTableProps): IColumn<IRunRow>[] {
  const { columns, best, chosen, onChoose, actions, trans } = props;
  return React.useMemo(() => {
    return [
      {
        id: NAME_COLUMN,
        label: trans.__('Name'),
        width: `minmax(${WIDTH.name}px, 2fr)`,
        compare: (a, b) => compareNames(a.run, b.run),
        render: ({ run }) => (
          <span className="jp-SageMakerStudio-RunsTable-name">
            <input
              type="checkbox"
              checked={chosen.has(run.name)}
              aria-label={trans.__('Choose “%1”', run.displayName)}
              onChange={() => onChoose(run.name)}
            />
            <button
              type="button"
              className="jp-SageMakerStudio-linkButton"
              title={run.name}
              onClick={() => actions.openJob(run.name)}
            >
              {run.displayName}
            </button>
            {run.note && (
              <span role="img" aria-label={run.note} title={run.note}>
                <RowIcon icon={warningIcon} />
              </span>
            )}
          </span>
        )
      },
      ...columns.map(column => toColumn(column, best[column.id], trans)),
      {
        id: 'actions',
        label: trans.__('Output'),
        width: `${WIDTH.actions}px`,
        isOnDemand: true,
        render: ({ run }) => (
          <IconButton
            icon={notebookIcon}
            label={trans.__('Open the output of “%1”', run.displayName)}
            isDisabled={!run.job || !hasEnded(run.job)}
            onClick={() => actions.openOutput(run.name)}
          />
        )
      }
    ];
  }, [columns, best, chosen, onChoose, actions, trans]);
}

function toColumn(
  column: IRunColumn,
  wanted: 'min' | 'max' | undefined,
  trans: TranslationBundle
): IColumn<IRunRow> {
  const { id, kind, label, unit, texts, shown } = column;
  const best = wanted && bestOf(column, wanted);
  const hasUnit = unit && kind !== 'duration' && kind !== 'cost';
  return {
    id,
    label: hasUnit ? `${label} (${unit})` : label,
    width: `minmax(${WIDTH.value}px, 1fr)`,
    compare: (a, b) => compareRuns(column, a.at, b.at),
    render: ({ at, run }) => {
      if (kind === 'status') {
        return run.job ? (
          <StatusChip
            {...statusOf(run.job, trans)}
            title={run.job.failureReason}
          />
        ) : (
          <StatusChip tone="warning" label={trans.__('Missing')} />
        );
      }
      return best?.has(at) ? (
        <strong
          title={
            wanted === 'min'
              ? trans.__('Lowest: %1', texts[at])
              : trans.__('Highest: %1', texts[at])
          }
        >
          {trans.__('★ %1', shown[at])}
        </strong>
      ) : (
        <span title={texts[at]}>{shown[at] || '—'}</span>
      );
    }
  };
}
