import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import { refreshIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { CopyButton } from '../../components/CopyButton';
import { EmptyState } from '../../components/EmptyState';
import { ErrorCard } from '../../components/ErrorCard';
import { IconButton } from '../../components/IconButton';
import { ProgressBar } from '../../components/ProgressBar';
import type { ISort } from '../../components/VirtualTable';
import { orderOf, toCsv } from '../columns';
import type { ComparisonModel } from '../model';
import { shownColumns } from '../view';
import { Charts } from './Charts';
import { RunsTable } from './RunsTable';
import { ColumnChoice, PatternForm } from './Choices';
import type { IComparisonActions } from './actions';

/** What a {@link ComparisonView} needs. */
export interface IComparisonViewProps {
  model: ComparisonModel;
  actions: IComparisonActions;
  rendermime: IRenderMimeRegistry;
  trans: TranslationBundle;
}

/** Several runs side by side: table, charts, and what to do with them. */
export function ComparisonView(props: IComparisonViewProps): JSX.Element {
  const { model, actions, trans } = props;
  const { runs, columns, view, state } = model;
  const shown = React.useMemo(
    () => shownColumns(columns, view),
    [columns, view]
  );
  const [sort, setSort] = React.useState<ISort>();
  const [chosen, setChosen] = React.useState<ReadonlySet<string>>(new Set());
  const onChoose = React.useCallback(
    (name: string) =>
      setChosen(old => {
        const next = new Set(old);
        if (!next.delete(name)) {
          next.add(name);
        }
        return next;
      }),
    []
  );
  return (
    <div className="jp-SageMakerStudio-RunComparison">
      <h2>{trans.__('Comparison: %1', model.title)}</h2>
      {state.phase === 'failed' && (
        <ErrorCard
          error={state.error}
          trans={trans}
          title={trans.__('The runs can’t be read')}
          onRetry={() => void model.refresh()}
        />
      )}
      {runs.length === 0 ? (
        <Nothing {...props} />
      ) : (
        <>
          <Toolbar {...props} shown={shown} sort={sort} chosen={chosen} />
          <Values {...props} />
          <RunsTable
            runs={runs}
            columns={shown}
            best={view.best}
            chosen={chosen}
            onChoose={onChoose}
            onSort={setSort}
            actions={actions}
            trans={trans}
          />
          <Notes {...props} />
          <ColumnChoice model={model} shown={shown} trans={trans} />
          <PatternForm model={model} trans={trans} />
          <Charts {...props} />
        </>
      )}
    </div>
  );
}

function Nothing({ model, trans }: IComparisonViewProps): JSX.Element | null {
  const { phase } = model.state;
  if (phase === 'failed') {
    return null;
  }
  return phase === 'ready' ? (
    <EmptyState title={trans.__('There are no runs to compare.')} />
  ) : (
    <ProgressBar label={trans.__('Reading the runs')} />
  );
}

function Toolbar(
  props: IComparisonViewProps & {
    shown: ReturnType<typeof shownColumns>;
    sort: ISort | undefined;
    chosen: ReadonlySet<string>;
  }
): JSX.Element {
  const { model, actions, trans, shown, sort, chosen } = props;
  const { runs } = model;
  // Runs that left the comparison stay chosen, but count no more.
  const pair = runs.filter(run => chosen.has(run.name)).map(run => run.name);
  const csv = () => toCsv(runs, shown, orderOf(runs, shown, sort), trans);
  return (
    <div className="jp-SageMakerStudio-RunComparison-toolbar">
      <span role="status">{trans._n('%1 run', '%1 runs', runs.length)}</span>
      <button
        type="button"
        className="jp-mod-styled jp-mod-reject"
        disabled={pair.length !== 2}
        title={trans.__('Choose two runs in the table')}
        onClick={() => actions.openBeside(pair[0], pair[1])}
      >
        {trans.__('Open two outputs side by side')}
      </button>
      <CopyButton
        text={csv}
        label={trans.__('Copy as CSV')}
        isLabelled
        trans={trans}
      />
      <button
        type="button"
        className="jp-mod-styled jp-mod-reject"
        onClick={() =>
          actions.download(
            `${model.title.replace(/[^\p{L}\p{N}_.-]+/gu, '-')}.csv`,
            csv()
          )
        }
      >
        {trans.__('Download CSV')}
      </button>
      <IconButton
        icon={refreshIcon}
        label={trans.__('Refresh the comparison')}
        onClick={() => void model.refresh()}
      />
    </div>
  );
}

/** How reading the recorded values goes. */
function Values({ model, trans }: IComparisonViewProps): JSX.Element | null {
  if (model.valuesError) {
    return (
      <ErrorCard
        error={model.valuesError}
        trans={trans}
        title={trans.__('The recorded values can’t be read')}
        onRetry={() => void model.refresh()}
      />
    );
  }
  return model.isReading ? (
    <ProgressBar
      label={trans.__('Reading recorded values')}
      text={trans.__('Reading recorded values…')}
    />
  ) : null;
}

/** Which runs lack values, and why. */
function Notes({ model, trans }: IComparisonViewProps): JSX.Element | null {
  const lacking = model.runs.filter(run => run.note);
  return lacking.length === 0 ? null : (
    <details>
      <summary>
        {trans._n(
          '%1 run without all values',
          '%1 runs without all values',
          lacking.length
        )}
      </summary>
      <ul className="jp-SageMakerStudio-RunComparison-notes">
        {lacking.map(({ name, displayName, note }) => (
          <li key={name}>
            <strong>{displayName}</strong> {note}
          </li>
        ))}
      </ul>
    </details>
  );
}
