import type { TranslationBundle } from '@jupyterlab/translation';
import { refreshIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { IconButton } from '../../components/IconButton';
import type { JobSource, JobScope, JobStatus } from '../../tokens';
import { COLUMNS } from '../columns';
import type { IJobFilters } from '../filters';
import { NO_FILTERS, scopeProblem } from '../filters';
import { SOURCES, sourceLabel } from '../sources';
import type { JobsTableModel } from '../tableModel';
import type { IJobActions } from './actions';
import { columnLabels } from './jobColumns';

interface IToolbarProps {
  model: JobsTableModel;
  actions: IJobActions;
  trans: TranslationBundle;
  shown: number;
  total: number;
  onSelectAll: () => void;
}

/** Filters, the number of rows, the choice of columns. */
export function JobsToolbar(props: IToolbarProps): JSX.Element {
  const { model, actions, trans, shown, total } = props;
  const { filters } = model;
  const isFiltered = JSON.stringify(filters) !== JSON.stringify(NO_FILTERS);
  return (
    <>
      <div className="jp-SageMakerStudio-JobsTable-toolbar">
        <input
          type="search"
          className="jp-mod-styled"
          value={filters.text}
          placeholder={trans.__('Filter by name, notebook, status or instance')}
          aria-label={trans.__('Filter the notebook jobs')}
          onChange={event => model.setFilters({ text: event.target.value })}
        />
        <span role="status">
          {shown !== total
            ? trans.__('%1 of %2', shown, total)
            : trans._n('%1 job', '%1 jobs', total)}
          {model.list.hasMore && '+'}
        </span>
        <button
          type="button"
          className="jp-SageMakerStudio-linkButton"
          disabled={shown === 0}
          title={trans.__(
            'Shift or Ctrl with a click, or with the keys, selects several'
          )}
          onClick={props.onSelectAll}
        >
          {trans.__('Select all')}
        </button>
        <Columns {...props} />
        <IconButton
          icon={refreshIcon}
          label={trans.__('Refresh the notebook jobs')}
          onClick={() => {
            void model.refresh();
            actions.refresh();
          }}
        />
      </div>
      <div
        className="jp-SageMakerStudio-JobsTable-toolbar"
        role="group"
        aria-label={trans.__('Filters')}
      >
        <Scope {...props} />
        <Choice
          label={trans.__('Filter by status')}
          value={filters.status}
          options={statuses(trans)}
          onChange={status => model.setFilters({ status })}
        />
        <Choice
          label={trans.__('Filter by origin')}
          value={filters.source}
          options={[
            ['', trans.__('Any origin')],
            ...SOURCES.map((source): [JobSource, string] => [
              source,
              sourceLabel(source, trans)
            ])
          ]}
          onChange={source => model.setFilters({ source })}
        />
        <Suggesting
          {...props}
          label={trans.__('Filter by notebook')}
          name="notebook"
          offers={model.list.jobs.map(({ notebookName }) => notebookName)}
        />
        <Suggesting
          {...props}
          label={trans.__('Filter by definition or sweep')}
          name="definition"
          offers={model.list.jobs.map(job => job.jobDefinitionId ?? '')}
        />
        {isFiltered && (
          <button
            type="button"
            className="jp-SageMakerStudio-linkButton"
            onClick={() => model.clearFilters()}
          >
            {trans.__('Clear the filters')}
          </button>
        )}
      </div>
      <ScopeNote {...props} />
    </>
  );
}

function Scope(props: IToolbarProps): JSX.Element {
  const { model, trans } = props;
  const words: Record<JobScope, string> = {
    mine: trans.__('My jobs'),
    space: trans.__('Jobs of this space'),
    domain: trans.__('Jobs of the domain')
  };
  return (
    <Choice
      label={trans.__('Whose jobs')}
      value={model.filters.scope}
      options={Object.entries(words) as [JobScope, string][]}
      onChange={scope => model.setFilters({ scope })}
    />
  );
}

/** Why the chosen scope can't be told here. */
function ScopeNote(props: IToolbarProps): JSX.Element | null {
  const { model, trans } = props;
  const problem = scopeProblem(model.context, model.filters.scope, trans);
  return problem === null ? null : (
    <p className="jp-SageMakerStudio-JobsTable-more" role="note">
      {problem}
    </p>
  );
}

function statuses(trans: TranslationBundle): [JobStatus | '', string][] {
  return [
    ['', trans.__('Any status')],
    ['InProgress', trans.__('In progress')],
    ['Completed', trans.__('Completed')],
    ['Failed', trans.__('Failed or timed out')],
    ['Stopped', trans.__('Stopped')]
  ];
}

function Choice<T extends string>(props: {
  label: string;
  value: T;
  options: [T, string][];
  onChange: (value: T) => void;
}): JSX.Element {
  const { label, value, options, onChange } = props;
  return (
    <select
      className="jp-mod-styled"
      aria-label={label}
      value={value}
      onChange={event => onChange(event.target.value as T)}
    >
      {options.map(([id, words]) => (
        <option key={id} value={id}>
          {words}
        </option>
      ))}
    </select>
  );
}

/** A text that offers what there is among the jobs read so far. */
function Suggesting(
  props: IToolbarProps & {
    label: string;
    name: 'notebook' | 'definition';
    offers: string[];
  }
): JSX.Element {
  const { model, label, name, offers } = props;
  const id = React.useId();
  const [isUsed, setUsed] = React.useState(false);
  // A browser shows few anyway, and ten thousand jobs are not to be looked through while typing.
  const shown = isUsed
    ? [...new Set(offers)].filter(Boolean).slice(0, 100)
    : [];
  return (
    <>
      <input
        type="search"
        className="jp-mod-styled"
        aria-label={label}
        placeholder={label}
        list={id}
        value={model.filters[name]}
        onFocus={() => setUsed(true)}
        onChange={event =>
          model.setFilters({
            [name]: event.target.value
          } as Partial<IJobFilters>)
        }
      />
      <datalist id={id}>
        {shown.map(offer => (
          <option key={offer} value={offer} />
        ))}
      </datalist>
    </>
  );
}

function Columns(props: IToolbarProps): JSX.Element {
  const { model, trans } = props;
  const labels = columnLabels(trans);
  return (
    <details className="jp-SageMakerStudio-Columns">
      <summary>{trans.__('Columns')}</summary>
      <div role="group" aria-label={trans.__('Columns')}>
        {COLUMNS.filter(id => id !== 'name').map(id => (
          <label key={id}>
            <input
              type="checkbox"
              checked={model.columns.includes(id)}
              onChange={event =>
                model.setColumns(
                  event.target.checked
                    ? [...model.columns, id]
                    : model.columns.filter(other => other !== id)
                )
              }
            />
            {labels[id]}
          </label>
        ))}
        <button
          type="button"
          className="jp-SageMakerStudio-linkButton"
          onClick={() => model.setColumns()}
        >
          {trans.__('Set back')}
        </button>
      </div>
    </details>
  );
}
