import { closeIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { FoldedSection } from '../../components/FoldedSection';
import { IconButton } from '../../components/IconButton';
import { ProblemText } from '../../components/fields';
import type { ITagRow } from '../options';
import { tagsSummary } from '../summaries';
import type { IFormPartProps } from './ParametersField';

/** The person's own tags. */
export function TagsSection(props: IFormPartProps): JSX.Element {
  const { model, trans } = props;
  const { form, problems } = model;
  return (
    <FoldedSection
      title={trans.__('Tags')}
      summary={tagsSummary(form, trans)}
      hasProblem={
        problems.options.tags !== undefined ||
        form.tags.some(row => problems.rows.has(row.id))
      }
    >
      <p className="jp-SageMakerStudio-Field-help">
        {trans.__(
          'For cost reports and access rules. The tags of the space and its owner are added by themselves.'
        )}
      </p>
      {form.tags.length > 0 && (
        <table className="jp-SageMakerStudio-Rows">
          <thead>
            <tr>
              <th scope="col">{trans.__('Key')}</th>
              <th scope="col">{trans.__('Value')}</th>
              <th scope="col">
                <span className="jp-SageMakerStudio-visuallyHidden">
                  {trans.__('Actions')}
                </span>
              </th>
            </tr>
          </thead>
          <tbody>
            {form.tags.map((row, index) => (
              <TagRow key={row.id} row={row} index={index} {...props} />
            ))}
          </tbody>
        </table>
      )}
      <ProblemText problem={problems.options.tags} />
      <button
        type="button"
        className="jp-mod-styled jp-mod-reject"
        onClick={() => model.addTag()}
      >
        {trans.__('Add a tag')}
      </button>
    </FoldedSection>
  );
}

function TagRow(
  props: IFormPartProps & { row: ITagRow; index: number }
): JSX.Element {
  const { model, row, index, trans } = props;
  const problem = model.problems.rows.get(row.id);
  const id = React.useId();
  const attributes = {
    type: 'text',
    className: 'jp-mod-styled',
    autoComplete: 'off',
    'aria-invalid': problem !== undefined,
    'aria-describedby': problem && id
  };
  const title = row.name || trans.__('tag %1', index + 1);
  return (
    <>
      <tr>
        <td>
          <input
            {...attributes}
            value={row.name}
            aria-label={trans.__('Key of tag %1', index + 1)}
            onChange={event =>
              model.setTag(row.id, { name: event.target.value })
            }
          />
        </td>
        <td>
          <input
            {...attributes}
            value={row.value}
            aria-label={trans.__('Value of tag %1', title)}
            onChange={event =>
              model.setTag(row.id, { value: event.target.value })
            }
          />
        </td>
        <td>
          <IconButton
            icon={closeIcon}
            label={trans.__('Remove %1', title)}
            onClick={() => model.removeTag(row.id)}
          />
        </td>
      </tr>
      {problem && (
        <tr>
          <td colSpan={3}>
            <ProblemText id={id} problem={problem} />
          </td>
        </tr>
      )}
    </>
  );
}
