import type { TranslationBundle } from '@jupyterlab/translation';

import type { StatusTone } from '../components/StatusChip';
import type { AppStatus, ISpaceSummary, Known } from '../tokens';
import { isKnown } from './facts';

/** A state in words, and how it is to be taken. */
export interface IStatusWords {
  tone: StatusTone;
  label: string;
  /** AWS's own words, where there are any. */
  title?: string;
}

/** What an app does; null for a space without one. */
export function appStatusOf(
  status: AppStatus | null,
  trans: TranslationBundle
): IStatusWords {
  switch (status) {
    case 'InService':
      return { tone: 'active', label: trans.__('Running') };
    case 'Pending':
      return { tone: 'waiting', label: trans.__('Starting') };
    case 'Deleting':
      return { tone: 'waiting', label: trans.__('Stopping') };
    case 'Failed':
      return { tone: 'failure', label: trans.__('Failed') };
    case 'Deleted':
    case null:
      return { tone: 'stopped', label: trans.__('Stopped') };
  }
}

/** What a space of the list does. */
export function spaceStatusOf(
  space: ISpaceSummary,
  trans: TranslationBundle
): IStatusWords {
  switch (space.status) {
    case 'Pending':
      return { tone: 'waiting', label: trans.__('Being created') };
    case 'Updating':
      return { tone: 'waiting', label: trans.__('Being changed') };
    case 'Deleting':
      return { tone: 'waiting', label: trans.__('Being deleted') };
    case 'Failed':
    case 'Update_Failed':
    case 'Delete_Failed':
      return {
        tone: 'failure',
        label: trans.__('Failed'),
        title: space.status
      };
    case 'InService': {
      const words = appStatusOf(space.app?.status ?? null, trans);
      return { ...words, title: space.app?.failureReason };
    }
  }
}

/** E.g. `$0.05/h`; small prices keep the digits that matter. */
export function hourlyPrice(
  price: number,
  trans: TranslationBundle,
  locale?: string
): string {
  return trans.__('%1/h', dollars(price, locale));
}

/** US dollars: AWS's price list knows no other currency outside China. */
export function dollars(amount: number, locale?: string): string {
  const digits = amount !== 0 && Math.abs(amount) < 0.1 ? 3 : 2;
  const language = locale?.replace(/_/g, '-');
  return new Intl.NumberFormat(
    language && language !== 'default' ? language : undefined,
    {
      style: 'currency',
      currency: 'USD',
      currencyDisplay: 'narrowSymbol',
      minimumFractionDigits: 2,
      maximumFractionDigits: digits
    }
  ).format(amount);
}

/** What is known, or the reason why it is not. */
export function orReason<T>(
  known: Known<T>,
  tell: (value: T) => string
): string {
  return isKnown(known) ? tell(known.value) : known.reason;
}
