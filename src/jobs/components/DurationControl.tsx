import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IControlAttributes } from '../../components/fields';
import type { TimeUnit } from '../limits';

/** A length of time: a number and its unit. */
export function DurationControl(props: {
  attributes: IControlAttributes;
  value: string;
  unit: TimeUnit;
  unitLabel: string;
  onValue: (value: string) => void;
  onUnit: (unit: TimeUnit) => void;
  trans: TranslationBundle;
}): JSX.Element {
  const { attributes, value, unit, unitLabel, onValue, onUnit, trans } = props;
  return (
    <span className="jp-SageMakerStudio-Timeout">
      <input
        {...attributes}
        type="number"
        min={1}
        step="any"
        value={value}
        onChange={event => onValue(event.target.value)}
      />
      <select
        className="jp-mod-styled"
        aria-label={unitLabel}
        value={unit}
        onChange={event => onUnit(event.target.value as TimeUnit)}
      >
        <option value="seconds">{trans.__('seconds')}</option>
        <option value="minutes">{trans.__('minutes')}</option>
        <option value="hours">{trans.__('hours')}</option>
        <option value="days">{trans.__('days')}</option>
      </select>
    </span>
  );
}
