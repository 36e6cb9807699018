import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { formatDuration } from '../../core/format';
import type { INotebookJob, Known } from '../../tokens';
import { costOf, formatDollars } from '../cost';
import { hasEnded } from '../tracker';

/** Prices of training by instance type, or why there are none. */
export type LoadPrices = () => Promise<Known<Record<string, number>>>;

/** The prices, once they are read; asked for when a job that was billed is shown. */
export function usePrices(
  load: LoadPrices,
  isWanted: boolean
): Known<Record<string, number>> | undefined {
  const [prices, setPrices] = React.useState<Known<Record<string, number>>>();
  React.useEffect(() => {
    let isCurrent = true;
    if (isWanted) {
      void load().then(known => {
        if (isCurrent) {
          setPrices(known);
        }
      });
    }
    return () => {
      isCurrent = false;
    };
  }, [load, isWanted]);
  return prices;
}

/** What a job is billed: seconds, dollars, what spot capacity saved, and where the price is from. */
export function Cost(props: {
  job: INotebookJob;
  prices: LoadPrices;
  trans: TranslationBundle;
  locale?: string;
}): JSX.Element | null {
  const { job, trans, locale } = props;
  const { billableSeconds, trainingSeconds } = job;
  const prices = usePrices(props.prices, billableSeconds !== undefined);
  if (billableSeconds === undefined) {
    return hasEnded(job) ? null : (
      <section aria-label={trans.__('Cost')}>
        <h3>{trans.__('Cost')}</h3>
        <p>{trans.__('AWS tells what is billed when the job has ended.')}</p>
      </section>
    );
  }
  const hourly = prices?.value?.[job.instanceType];
  const cost = costOf(job, prices?.value ?? {});
  const saved =
    job.spot && trainingSeconds && billableSeconds < trainingSeconds
      ? 1 - billableSeconds / trainingSeconds
      : 0;
  return (
    <section aria-label={trans.__('Cost')}>
      <h3>{trans.__('Cost')}</h3>
      <dl className="jp-SageMakerStudio-Facts">
        <dt>{trans.__('Billed time')}</dt>
        <dd>{formatDuration(billableSeconds * 1000, locale)}</dd>
        <dt>{trans.__('Cost')}</dt>
        <dd>
          {cost !== null && hourly !== undefined
            ? job.spot
              ? trans.__(
                  '%1: the billed time at %2 an hour for training on %3 (AWS Price List, on demand; without storage). What spot capacity saves is in the billed time.',
                  formatDollars(cost),
                  formatDollars(hourly),
                  job.instanceType
                )
              : trans.__(
                  '%1: %2 an hour for training on %3 (AWS Price List, on demand; without storage)',
                  formatDollars(cost),
                  formatDollars(hourly),
                  job.instanceType
                )
            : !prices
              ? trans.__('Reading the price…')
              : trans.__(
                  'No price available. %1',
                  prices.value === null ? prices.reason : ''
                )}
        </dd>
        {saved > 0 && (
          <>
            <dt>{trans.__('Saved by spot capacity')}</dt>
            <dd>
              {trans.__(
                '%1 %: %2 of %3 were billed',
                Math.round(saved * 100),
                formatDuration(billableSeconds * 1000, locale),
                formatDuration((trainingSeconds ?? 0) * 1000, locale)
              )}
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}
