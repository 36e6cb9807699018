import type { TranslationBundle } from '@jupyterlab/translation';
import { notebookIcon, refreshIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { EmptyState } from '../../components/EmptyState';
import { ErrorCard } from '../../components/ErrorCard';
import { IconButton } from '../../components/IconButton';
import { ProgressBar } from '../../components/ProgressBar';
import { StatusChip } from '../../components/StatusChip';
import { VirtualTable } from '../../components/VirtualTable';
import type { IColumn } from '../../components/VirtualTable';
import { isEnded, taskError } from '../../components/taskNotification';
import { Elapsed } from '../../jobs/components/JobStatus';
import { hasEnded } from '../../jobs/tracker';
import type { SweepModel } from '../model';
import { variedNames } from '../rows';
import type { ISweepRow } from '../rows';

/** What a person can do from a sweep; each one reports its own failure itself. */
export interface ISweepActions {
  openJob: (name: string) => unknown;
  openOutput: (name: string) => unknown;
  compare: (id: string) => unknown;
  stop: (id: string) => unknown;
}

/** What a {@link SweepView} needs. */
export interface ISweepViewProps {
  model: SweepModel;
  actions: ISweepActions;
  trans: TranslationBundle;
  locale?: string;
}

/** One sweep: how far it is as a whole, and its jobs. */
export function SweepView(props: ISweepViewProps): JSX.Element {
  const { model, trans } = props;
  const { state, rows, task } = model;
  return (
    <div className="jp-SageMakerStudio-SweepView">
      <h2>{trans.__('Sweep: %1', model.title)}</h2>
      {state.phase === 'failed' && (
        <ErrorCard
          error={state.error}
          trans={trans}
          title={trans.__('The jobs of the sweep can’t be read')}
          onRetry={() => void model.refresh()}
        />
      )}
      {task && (task.state === 'failed' || task.state === 'interrupted') && (
        <ErrorCard
          error={taskError(task)}
          trans={trans}
          title={trans.__('Not all jobs of the sweep were created')}
        />
      )}
      {rows.length > 0 ? (
        <>
          <Progress {...props} />
          <Toolbar {...props} />
          <Jobs {...props} />
        </>
      ) : (
        state.phase !== 'failed' && <Nothing {...props} />
      )}
    </div>
  );
}

function Nothing({ model, trans }: ISweepViewProps): JSX.Element {
  const { phase } = model.state;
  return phase === 'ready' && (!model.task || isEnded(model.task)) ? (
    <EmptyState title={trans.__('There are no jobs of this sweep.')}>
      <p>
        {trans.__('They were deleted, or belong to another region or account.')}
      </p>
    </EmptyState>
  ) : (
    <ProgressBar label={trans.__('Reading the jobs of the sweep')} />
  );
}

function Progress({ model, trans }: ISweepViewProps): JSX.Element {
  const { rows, task, sample, concurrency } = model;
  const count = (state: ISweepRow['state']) =>
    rows.filter(row => row.state === state).length;
  const counts = [
    trans.__('%1 completed', count('completed')),
    count('failed') > 0 ? trans.__('%1 failed', count('failed')) : '',
    count('stopped') > 0 ? trans.__('%1 stopped', count('stopped')) : '',
    count('running') > 0 ? trans.__('%1 running', count('running')) : '',
    count('to-come') > 0 ? trans.__('%1 to come', count('to-come')) : '',
    count('missing') > 0 ? trans.__('%1 missing', count('missing')) : ''
  ].filter(Boolean);
  const ended = rows.length - count('running') - count('to-come');
  // How many run and are to come is counted above; what remains is what it waits for.
  const doing =
    task && !isEnded(task)
      ? task.phase.replace(/^\d+ running, \d+ to come(; )?/, '')
      : '';
  return (
    <div role="status">
      <ProgressBar
        label={trans.__('Jobs of the sweep that have ended')}
        value={ended / rows.length}
        text={trans.__('%1 of %2 jobs ended', ended, rows.length)}
      />
      <p>{counts.join(', ')}</p>
      <p className="jp-SageMakerStudio-Field-help">
        {[
          sample ? trans.__('Random sample: %1.', sample) : '',
          concurrency ? trans.__('At most %1 at once.', concurrency) : '',
          doing ? trans.__('Now: %1.', doing) : ''
        ]
          .filter(Boolean)
          .join(' ')}
      </p>
    </div>
  );
}

function Toolbar({ model, actions, trans }: ISweepViewProps): JSX.Element {
  const { running, toCome } = model.stopping;
  return (
    <div className="jp-SageMakerStudio-RunComparison-toolbar">
      <button
        type="button"
        className="jp-mod-styled jp-mod-accept"
        onClick={() => actions.compare(model.id)}
      >
        {trans.__('Compare')}
      </button>
      <button
        type="button"
        className="jp-mod-styled jp-mod-warn"
        disabled={running + toCome === 0}
        onClick={() => actions.stop(model.id)}
      >
        {trans.__('Stop the whole')}
      </button>
      <IconButton
        icon={refreshIcon}
        label={trans.__('Refresh the sweep')}
        onClick={() => void model.refresh()}
      />
    </div>
  );
}

function Jobs(props: ISweepViewProps): JSX.Element {
  const { model, actions, trans } = props;
  const columns = useColumns(props);
  return (
    <VirtualTable
      label={trans.__('Jobs of the sweep')}
      columns={columns}
      rows={model.rows}
      rowKey={rowKey}
      trans={trans}
      onActivate={row => row.job && actions.openJob(row.name)}
    />
  );
}

function rowKey(row: ISweepRow): string {
  return row.name;
}

function useColumns(props: ISweepViewProps): IColumn<ISweepRow>[] {
  const { model, actions, trans, locale } = props;
  const names = JSON.stringify(variedNames(model.rows));
  return React.useMemo(() => {
    const collator = new Intl.Collator(undefined, { numeric: true });
    const by = (text: (row: ISweepRow) => string) => ({
      compare: (a: ISweepRow, b: ISweepRow) =>
        collator.compare(text(a), text(b))
    });
    return [
      {
        id: 'name',
        label: trans.__('Name'),
        width: 'minmax(180px, 2fr)',
        ...by(row => row.displayName),
        render: row =>
          row.job ? (
            <button
              type="button"
              className="jp-SageMakerStudio-linkButton"
              title={row.name}
              onClick={() => actions.openJob(row.name)}
            >
              {row.displayName}
            </button>
          ) : (
            row.displayName
          )
      },
      {
        id: 'status',
        label: trans.__('Status'),
        width: '130px',
        ...by(row => row.label),
        render: row => (
          <StatusChip
            tone={row.tone}
            label={row.label}
            title={row.job?.failureReason}
          />
        )
      },
      ...(JSON.parse(names) as string[]).map((name): IColumn<ISweepRow> => ({
        id: `parameter:${name}`,
        label: name,
        width: 'minmax(80px, 1fr)',
        ...by(row => row.parameters[name] ?? ''),
        render: row => (
          <span title={row.parameters[name]}>{row.parameters[name]}</span>
        )
      })),
      {
        id: 'duration',
        label: trans.__('Duration'),
        width: '110px',
        render: ({ job }) =>
          job && (
            <Elapsed
              start={(job.startedAt ?? job.createdAt).getTime()}
              end={
                hasEnded(job)
                  ? (job.endedAt ?? job.modifiedAt)?.getTime()
                  : undefined
              }
              locale={locale}
            />
          )
      },
      {
        id: 'actions',
        label: trans.__('Output'),
        width: '60px',
        isOnDemand: true,
        render: ({ job, displayName, name }) => (
          <IconButton
            icon={notebookIcon}
            label={trans.__('Open the output of “%1”', displayName)}
            isDisabled={!job || !hasEnded(job)}
            onClick={() => actions.openOutput(name)}
          />
        )
      }
    ];
  }, [names, actions, trans, locale]);
}
