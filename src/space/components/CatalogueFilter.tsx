import type { TranslationBundle } from '@jupyterlab/translation';
import { refreshIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { IconButton } from '../../components/IconButton';
import { NO_FILTER } from '../catalogue';
import type { ICatalogueFilter } from '../catalogue';
import type { CatalogueModel } from '../catalogueModel';

type BoundName = Exclude<
  keyof ICatalogueFilter,
  'text' | 'isFitting' | 'isFree' | 'isFastLaunch'
>;

/** What is looked for: words, ranges of numbers, and what can be had at once. */
export function CatalogueFilter(props: {
  model: CatalogueModel;
  onRefresh: () => void;
  trans: TranslationBundle;
}): JSX.Element {
  const { model, onRefresh, trans } = props;
  const { filter } = model;
  const bound = (name: BoundName, label: string) => (
    <input
      type="number"
      min={0}
      step="any"
      className="jp-mod-styled"
      aria-label={label}
      title={label}
      value={filter[name] ?? ''}
      onChange={event =>
        model.setFilter({
          [name]:
            event.target.value === '' ? undefined : Number(event.target.value)
        })
      }
    />
  );
  const tick = (
    name: 'isFitting' | 'isFree' | 'isFastLaunch',
    label: string
  ) => (
    <label>
      <input
        type="checkbox"
        checked={filter[name]}
        onChange={event => model.setFilter({ [name]: event.target.checked })}
      />
      {label}
    </label>
  );
  const total = model.catalogue?.rows.length ?? 0;
  return (
    <div
      role="search"
      aria-label={trans.__('Filter the instance types')}
      className="jp-SageMakerStudio-CatalogueFilter"
    >
      <input
        type="search"
        className="jp-mod-styled jp-SageMakerStudio-CatalogueFilter-text"
        value={filter.text}
        placeholder={trans.__('Filter, e.g. “g5 nvme” or “A10G”')}
        aria-label={trans.__('Filter by name and GPU')}
        onChange={event => model.setFilter({ text: event.target.value })}
      />
      <fieldset>
        <legend>{trans.__('vCPU')}</legend>
        {bound('minVcpus', trans.__('Fewest vCPUs'))}–
        {bound('maxVcpus', trans.__('Most vCPUs'))}
      </fieldset>
      <fieldset>
        <legend>{trans.__('Memory, GiB')}</legend>
        {bound('minMemoryGiB', trans.__('Least memory in GiB'))}–
        {bound('maxMemoryGiB', trans.__('Most memory in GiB'))}
      </fieldset>
      <fieldset>
        <legend>{trans.__('GPUs from')}</legend>
        {bound('minGpus', trans.__('Fewest GPUs'))}
      </fieldset>
      <fieldset>
        <legend>{trans.__('GPU memory from, GiB')}</legend>
        {bound('minGpuMemoryGiB', trans.__('Least GPU memory in GiB'))}
      </fieldset>
      <fieldset>
        <legend>{trans.__('$/h up to')}</legend>
        {bound('maxPrice', trans.__('Highest price of an hour in dollars'))}
      </fieldset>
      <span className="jp-SageMakerStudio-CatalogueFilter-ticks">
        {tick('isFitting', trans.__('Runs my image'))}
        {tick('isFree', trans.__('Quota has room'))}
        {tick('isFastLaunch', trans.__('Fast launch'))}
      </span>
      <span className="jp-SageMakerStudio-CatalogueFilter-end">
        <span role="status">
          {trans.__('%1 of %2', model.shown.length, total)}
        </span>
        <button
          type="button"
          className="jp-SageMakerStudio-linkButton"
          onClick={() => model.setFilter(CLEARED)}
        >
          {trans.__('Clear')}
        </button>
        <IconButton
          icon={refreshIcon}
          label={trans.__('Refresh prices and quotas')}
          onClick={onRefresh}
        />
      </span>
    </div>
  );
}

/** Bounds have to be named to be taken off. */
const CLEARED: ICatalogueFilter = {
  minVcpus: undefined,
  maxVcpus: undefined,
  minMemoryGiB: undefined,
  maxMemoryGiB: undefined,
  minGpus: undefined,
  minGpuMemoryGiB: undefined,
  maxPrice: undefined,
  ...NO_FILTER
};
