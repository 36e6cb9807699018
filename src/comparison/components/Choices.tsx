import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Field } from '../../components/fields';
import type { IRunColumn } from '../columns';
import type { ComparisonModel } from '../model';
import { readPattern } from '../printed';

/** Which columns the table has, and which end of each is the good one. */
export function ColumnChoice(props: {
  model: ComparisonModel;
  shown: readonly IRunColumn[];
  trans: TranslationBundle;
}): JSX.Element {
  const { model, shown, trans } = props;
  const { view, columns } = model;
  const setBest = (id: string, wanted: string) => {
    const best = { ...view.best };
    if (wanted === 'min' || wanted === 'max') {
      best[id] = wanted;
    } else {
      delete best[id];
    }
    model.update({ best });
  };
  return (
    <details>
      <summary>
        {trans.__('Columns (%1 of %2)', shown.length, columns.length)}
      </summary>
      <ul className="jp-SageMakerStudio-RunComparison-columns">
        {columns.map(column => (
          <li key={column.id}>
            <label>
              <input
                type="checkbox"
                checked={shown.includes(column)}
                onChange={event =>
                  model.update({
                    columns: {
                      ...view.columns,
                      [column.id]: event.target.checked
                    }
                  })
                }
              />
              {kindOf(column, trans)} <code>{column.label}</code>
            </label>
            {column.isNumeric && (
              <select
                className="jp-mod-styled"
                aria-label={trans.__('Best of %1', column.label)}
                value={view.best[column.id] ?? ''}
                onChange={event => setBest(column.id, event.target.value)}
              >
                <option value="">{trans.__('mark none')}</option>
                <option value="max">{trans.__('mark the highest')}</option>
                <option value="min">{trans.__('mark the lowest')}</option>
              </select>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}

function kindOf({ kind }: IRunColumn, trans: TranslationBundle): string {
  switch (kind) {
    case 'parameter':
      return trans.__('Parameter');
    case 'recorded':
      return trans.__('Recorded');
    case 'printed':
      return trans.__('Printed');
    case 'status':
    case 'duration':
    case 'cost':
      return '';
  }
}

/** The pattern for numbers the notebook prints; used when the person says so. */
export function PatternForm(props: {
  model: ComparisonModel;
  trans: TranslationBundle;
}): JSX.Element {
  const { model, trans } = props;
  const [text, setText] = React.useState(model.view.pattern);
  React.useEffect(() => setText(model.view.pattern), [model.view.pattern]);
  const isUsed = text.trim() === model.view.pattern;
  const { problem } = isUsed
    ? { problem: model.patternProblem }
    : readPattern(text, trans);
  return (
    <details open={model.patternProblem !== null || undefined}>
      <summary>{trans.__('Printed numbers')}</summary>
      <form
        className="jp-SageMakerStudio-FormSection"
        noValidate
        onSubmit={event => {
          event.preventDefault();
          if (problem === null) {
            model.update({ pattern: text.trim() });
          }
        }}
      >
        <Field
          label={trans.__('Pattern')}
          problem={problem ?? undefined}
          help={trans.__(
            'Empty for all of the form “name = value” or “name: value”. Else a regular expression with the number in brackets, e.g. “loss is (\\S+)”; with two pairs of brackets the first one is the name. Of several the last one counts.'
          )}
        >
          {attributes => (
            <input
              {...attributes}
              type="text"
              spellCheck={false}
              value={text}
              onChange={event => setText(event.target.value)}
            />
          )}
        </Field>
        <button
          type="submit"
          className="jp-mod-styled jp-mod-accept"
          disabled={problem !== null || isUsed}
        >
          {trans.__('Apply')}
        </button>
      </form>
    </details>
  );
}
