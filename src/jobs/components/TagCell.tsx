import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { ErrorCard } from '../../components/ErrorCard';
import type { StudioError } from '../../core/errors';
import { toStudioError } from '../../core/errors';
import type { JobFormModel } from '../formModel';
import type { INotebookInfo } from '../notebook';

/** Tags a cell `parameters` where none is, and takes the tag away again. */
export function TagCell(props: {
  model: JobFormModel;
  info: INotebookInfo;
  trans: TranslationBundle;
}): JSX.Element | null {
  const { model, info, trans } = props;
  const [chosen, setChosen] = React.useState<number | null>(null);
  const [error, setError] = React.useState<StudioError | null>(null);
  const act = (action: Promise<void>) => {
    setError(null);
    action.catch(thrown => setError(toStudioError(thrown)));
  };
  const id = React.useId();
  if (model.canUndoTag) {
    return (
      <p role="status">
        {trans.__('The cell is tagged “parameters” in the notebook.')}{' '}
        <button
          type="button"
          className="jp-SageMakerStudio-linkButton"
          onClick={() => act(model.undoTag())}
        >
          {trans.__('Undo the tag')}
        </button>
      </p>
    );
  }
  if (info.hasParametersCell || info.cells.length === 0) {
    return null;
  }
  const index = chosen ?? info.activeCell ?? info.cells[0].index;
  return (
    <div className="jp-SageMakerStudio-TagCell">
      <label htmlFor={id}>
        {trans.__(
          'No cell is tagged “parameters”. Choose the one that sets the values you want to change:'
        )}
      </label>
      <select
        id={id}
        className="jp-mod-styled"
        value={index}
        onChange={event => setChosen(Number(event.target.value))}
      >
        {info.cells.map(cell => (
          <option key={cell.index} value={cell.index}>
            {cell.index === info.activeCell
              ? trans.__('Cell %1 (active): %2', cell.index + 1, cell.summary)
              : trans.__('Cell %1: %2', cell.index + 1, cell.summary)}
          </option>
        ))}
      </select>
      <button
        type="button"
        className="jp-mod-styled jp-mod-reject"
        onClick={() => act(model.tagCell(index))}
      >
        {trans.__('Tag as “parameters”')}
      </button>
      {error && <ErrorCard error={error} trans={trans} />}
    </div>
  );
}
