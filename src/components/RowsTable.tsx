import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

/** What a {@link RowsTable} needs. */
export interface IRowsTableProps {
  /** What the rows are, where no heading says so. */
  label?: string;
  /** Headings of the columns, but for that of the buttons of each row. */
  columns: readonly string[];
  /** The rows; each of as many cells as there are columns, and one more. */
  children: React.ReactNode[];
  trans: TranslationBundle;
}

/** Rows that a person adds, changes and removes; nothing as long as there are none. */
export function RowsTable(props: IRowsTableProps): JSX.Element | null {
  const { label, columns, children, trans } = props;
  return children.length === 0 ? null : (
    <table className="jp-SageMakerStudio-Rows" aria-label={label}>
      <thead>
        <tr>
          {columns.map(label => (
            <th key={label} scope="col">
              {label}
            </th>
          ))}
          <th scope="col">
            <span className="jp-SageMakerStudio-visuallyHidden">
              {trans.__('Actions')}
            </span>
          </th>
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}

/** Attributes of a text field in a row. */
export function rowField(
  label: string,
  problemId: string | undefined
): React.InputHTMLAttributes<HTMLInputElement> {
  return {
    type: 'text',
    className: 'jp-mod-styled',
    autoComplete: 'off',
    'aria-label': label,
    'aria-invalid': problemId !== undefined,
    'aria-describedby': problemId
  };
}
