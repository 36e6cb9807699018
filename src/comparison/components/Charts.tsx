import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { MAX_AXES, defaultAxes, parallelChart, scatterChart } from '../charts';
import type { IRunColumn } from '../columns';
import type { ComparisonModel } from '../model';
import { VegaChart, useChartTheme } from '../../components/VegaChart';

/** What {@link Charts} need. */
export interface IChartsProps {
  model: ComparisonModel;
  rendermime: IRenderMimeRegistry;
  trans: TranslationBundle;
}

/** The runs as a chart of the person's choice. */
export function Charts(props: IChartsProps): JSX.Element | null {
  const { model, rendermime, trans } = props;
  const { runs, columns, view } = model;
  const theme = useChartTheme();
  const named = (id: string | null) => columns.find(each => each.id === id);
  const suggested = defaultAxes(columns);
  const axes =
    view.axes?.flatMap(id => named(id) ?? []) ??
    (suggested.length > 1 ? suggested : columns.slice(0, 2));
  const x = named(view.x) ?? suggested[0] ?? columns[0];
  // What came of a run is read from below against what was put in.
  const y =
    named(view.y) ??
    suggested.find(each => each.kind !== 'parameter') ??
    suggested[1] ??
    columns[1];
  const colour = named(view.colour);
  if (runs.length === 0 || !x || !y) {
    return null;
  }
  const isParallel = view.chart === 'parallel';
  const spec = isParallel
    ? parallelChart(axes, { runs, colour, theme })
    : scatterChart(x, y, { runs, colour, theme });
  return (
    <section
      className="jp-SageMakerStudio-RunComparison-charts"
      aria-label={trans.__('Chart')}
    >
      <h3>{trans.__('Chart')}</h3>
      <div className="jp-SageMakerStudio-RunComparison-choices">
        <Choice
          label={trans.__('Kind')}
          value={view.chart}
          options={[
            ['parallel', trans.__('Parallel coordinates')],
            ['scatter', trans.__('Scatter')]
          ]}
          onChange={chart =>
            model.update({ chart: chart as 'parallel' | 'scatter' })
          }
        />
        {!isParallel && (
          <>
            <Choice
              label={trans.__('Horizontal')}
              value={x.id}
              options={columns.map(option)}
              onChange={id => model.update({ x: id })}
            />
            <Choice
              label={trans.__('Vertical')}
              value={y.id}
              options={columns.map(option)}
              onChange={id => model.update({ y: id })}
            />
          </>
        )}
        <Choice
          label={trans.__('Colour')}
          value={colour?.id ?? ''}
          options={[['', trans.__('one for all')], ...columns.map(option)]}
          onChange={id => model.update({ colour: id || null })}
        />
      </div>
      {isParallel && <Axes model={model} axes={axes} trans={trans} />}
      {isParallel && axes.length < 2 ? (
        <p>{trans.__('Choose at least two axes.')}</p>
      ) : (
        <VegaChart
          spec={spec}
          label={
            isParallel
              ? trans.__(
                  'Chart of %1 runs: a line each over %2. The table above has the same values.',
                  runs.length,
                  axes.map(each => each.label).join(', ')
                )
              : trans.__(
                  'Chart of %1 runs: %2 against %3. The table above has the same values.',
                  runs.length,
                  y.label,
                  x.label
                )
          }
          rendermime={rendermime}
          trans={trans}
        />
      )}
    </section>
  );
}

function Axes(props: {
  model: ComparisonModel;
  axes: readonly IRunColumn[];
  trans: TranslationBundle;
}): JSX.Element {
  const { model, axes, trans } = props;
  const chosen = axes.map(each => each.id);
  return (
    <details>
      <summary>{trans.__('Axes (%1)', axes.length)}</summary>
      <ul className="jp-SageMakerStudio-RunComparison-columns">
        {model.columns.map(({ id, label }) => {
          const isChosen = chosen.includes(id);
          return (
            <li key={id}>
              <label>
                <input
                  type="checkbox"
                  checked={isChosen}
                  disabled={!isChosen && chosen.length >= MAX_AXES}
                  onChange={() =>
                    model.update({
                      axes: isChosen
                        ? chosen.filter(each => each !== id)
                        : [...chosen, id]
                    })
                  }
                />
                {label}
              </label>
            </li>
          );
        })}
      </ul>
    </details>
  );
}

function option({ id, label }: IRunColumn): [string, string] {
  return [id, label];
}

/** A labelled list to choose one of. */
function Choice(props: {
  label: string;
  value: string;
  options: [value: string, label: string][];
  onChange: (value: string) => void;
}): JSX.Element {
  const { label, value, options, onChange } = props;
  return (
    <label>
      {label}
      <select
        className="jp-mod-styled"
        value={value}
        onChange={event => onChange(event.target.value)}
      >
        {options.map(([id, text]) => (
          <option key={id} value={id}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
