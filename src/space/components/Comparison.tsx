import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { compareRows } from '../catalogue';
import type { ICatalogueRow, IDifference } from '../catalogue';
import { dollars, hourlyPrice } from '../words';
import type { ISpaceActions } from './actions';

/** The chosen type beside the present one, and the way to it. */
export function Comparison(props: {
  row: ICatalogueRow;
  /** The type the space runs on, if it is known. */
  current: ICatalogueRow | undefined;
  actions: ISpaceActions;
  trans: TranslationBundle;
  locale?: string;
}): JSX.Element {
  const { row, current, actions, trans, locale } = props;
  const { format } = new Intl.NumberFormat(undefined, {
    signDisplay: 'exceptZero',
    maximumFractionDigits: 1
  });
  const differences = current ? compareRows(row, current) : {};
  const number = (
    label: string,
    difference: IDifference | undefined,
    write: (value: number) => string = String
  ) =>
    difference &&
    (difference.value !== 0 || difference.by !== 0) && (
      <li>
        {label} {write(difference.value)}{' '}
        {difference.by !== 0 && <em>({format(difference.by)})</em>}
      </li>
    );
  const gib = (value: number) => trans.__('%1 GiB', value);
  const { price } = differences;
  return (
    <section
      className="jp-SageMakerStudio-Comparison"
      aria-label={trans.__('The chosen instance type')}
    >
      <strong>
        {current && !row.isCurrent
          ? trans.__('%1 instead of %2', row.type, current.type)
          : row.type}
      </strong>
      {/* On the left: notifications come up at the right. */}
      <button
        type="button"
        className="jp-mod-styled jp-mod-accept"
        disabled={row.isCurrent}
        onClick={() => actions.switchTo(row.type)}
      >
        {row.isCurrent
          ? trans.__('This is the present type')
          : trans.__('Switch to %1…', row.type)}
      </button>
      {!row.isCurrent && (
        <ul>
          {number(trans.__('vCPU'), differences.vcpus)}
          {number(trans.__('Memory'), differences.memoryGiB, gib)}
          {number(trans.__('GPUs'), differences.gpus)}
          {number(trans.__('GPU memory'), differences.gpuMemoryGiB, gib)}
          {price && (
            <li>
              {hourlyPrice(price.value, trans, locale)}{' '}
              {price.by !== 0 && (
                <em>
                  ({price.by > 0 ? '+' : '−'}
                  {dollars(Math.abs(price.by), locale)})
                </em>
              )}
            </li>
          )}
        </ul>
      )}
    </section>
  );
}
