import { closeIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { FoldedSection } from '../../components/FoldedSection';
import { IconButton } from '../../components/IconButton';
import { RowsTable, rowField } from '../../components/RowsTable';
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
      <RowsTable columns={[trans.__('Key'), trans.__('Value')]} trans={trans}>
        {form.tags.map((row, index) => (
          <TagRow key={row.id} row={row} index={index} {...props} />
        ))}
      </RowsTable>
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
  const problemId = problem && id;
  const title = row.name || trans.__('tag %1', index + 1);
  return (
    <>
      <tr>
        <td>
          <input
            {...rowField(trans.__('Key of tag %1', index + 1), problemId)}
            value={row.name}
            onChange={event =>
              model.setTag(row.id, { name: event.target.value })
            }
          />
        </td>
        <td>
          <input
            {...rowField(trans.__('Value of tag %1', title), problemId)}
            value={row.value}
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
