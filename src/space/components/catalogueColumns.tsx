import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IColumn } from '../../components/VirtualTable';
import { formatBytes } from '../../core/format';
import { hasRoom } from '../catalogue';
import type { ICatalogueRow, ImageFit } from '../catalogue';
import { describeDevices } from '../instanceTypes';
import { hourlyPrice } from '../words';

/** The columns of the catalogue; the same object until something they show changes. */
export function useCatalogueColumns(options: {
  arePricesPending: boolean;
  areQuotasPending: boolean;
  trans: TranslationBundle;
  locale?: string;
}): IColumn<ICatalogueRow>[] {
  const { arePricesPending, areQuotasPending, trans, locale } = options;
  return React.useMemo(() => {
    const collator = new Intl.Collator(undefined, { numeric: true });
    const pending = (isPending: boolean) =>
      isPending ? trans.__('checking…') : '–';
    return [
      {
        id: 'type',
        label: trans.__('Instance type'),
        width: 'minmax(150px, 1.4fr)',
        compare: (a, b) => collator.compare(a.type, b.type),
        render: row => <TypeName row={row} trans={trans} />
      },
      {
        id: 'vcpus',
        label: trans.__('vCPU'),
        width: '60px',
        compare: by(({ facts }) => facts?.vcpus),
        render: ({ facts }) => facts?.vcpus ?? trans.__('unknown')
      },
      {
        id: 'memory',
        label: trans.__('Memory'),
        width: '80px',
        compare: by(({ facts }) => facts?.memoryGiB),
        render: ({ facts }) =>
          facts ? trans.__('%1 GiB', facts.memoryGiB) : trans.__('unknown')
      },
      {
        id: 'gpus',
        label: trans.__('GPUs and accelerators'),
        width: 'minmax(150px, 2fr)',
        compare: by(
          ({ facts }) => facts && (facts.gpus ?? facts.accelerators)?.memoryGiB
        ),
        render: ({ facts }) => {
          const devices = facts?.gpus ?? facts?.accelerators;
          const words = devices ? describeDevices(devices, trans) : '';
          return <span title={words}>{words}</span>;
        }
      },
      {
        id: 'network',
        label: trans.__('Network'),
        width: 'minmax(90px, 1fr)',
        compare: by(({ facts }) => facts && gigabits(facts.network)),
        render: ({ facts }) => (
          <span title={facts?.network}>{facts?.network}</span>
        )
      },
      {
        id: 'nvme',
        label: trans.__('Local disk'),
        width: '80px',
        compare: by(({ facts }) => facts && (facts.nvmeGb ?? 0)),
        render: ({ facts }) =>
          facts?.nvmeGb ? formatBytes(facts.nvmeGb * 1e9, locale) : ''
      },
      {
        id: 'price',
        label: trans.__('Price'),
        width: '90px',
        compare: by(({ price }) => price),
        render: ({ price }) =>
          price === undefined
            ? pending(arePricesPending)
            : hourlyPrice(price, trans, locale)
      },
      {
        id: 'quota',
        label: trans.__('Quota in use'),
        width: '100px',
        compare: by(({ quota }) => quota && quota.limit - quota.inUse),
        render: row => (
          <Quota row={row} none={pending(areQuotasPending)} trans={trans} />
        )
      },
      {
        id: 'region',
        label: trans.__('Region'),
        width: '90px',
        compare: by(({ isOffered }) => (isOffered ? 1 : 0)),
        render: ({ isOffered }) =>
          isOffered === undefined
            ? pending(arePricesPending || areQuotasPending)
            : isOffered
              ? trans.__('offered')
              : trans.__('not here')
      },
      {
        id: 'image',
        label: trans.__('Image'),
        width: 'minmax(190px, 1fr)',
        compare: (a, b) => a.fit.localeCompare(b.fit),
        render: ({ fit }) => {
          const words = fitWords(fit, trans);
          return <span title={words}>{words}</span>;
        }
      }
    ] satisfies IColumn<ICatalogueRow>[];
  }, [arePricesPending, areQuotasPending, trans, locale]);
}

function TypeName(props: {
  row: ICatalogueRow;
  trans: TranslationBundle;
}): JSX.Element {
  const { row, trans } = props;
  return (
    <>
      {row.isCurrent ? <strong>{row.type}</strong> : row.type}
      {row.isCurrent && (
        <span className="jp-SageMakerStudio-Badge">{trans.__('now')}</span>
      )}
      {row.facts?.isFastLaunch && (
        <span
          className="jp-SageMakerStudio-Badge"
          title={trans.__('Studio keeps such instances ready to start')}
        >
          {trans.__('fast launch')}
        </span>
      )}
    </>
  );
}

function Quota(props: {
  row: ICatalogueRow;
  none: string;
  trans: TranslationBundle;
}): JSX.Element {
  const { row, none, trans } = props;
  const { quota } = row;
  if (!quota) {
    return <>{none}</>;
  }
  const words = trans.__('%1 of %2', quota.inUse, quota.limit);
  return hasRoom(row) ? (
    <>{words}</>
  ) : (
    <span
      className="jp-SageMakerStudio-warning"
      title={
        quota.limit === 0
          ? trans.__(
              'Your quota for this type is 0; ask for more in Service Quotas.'
            )
          : trans.__('Your quota for this type is used up.')
      }
    >
      {words}
    </span>
  );
}

/** Whether the present image runs on a type. */
function fitWords(fit: ImageFit, trans: TranslationBundle): string {
  switch (fit) {
    case 'fits':
      return trans.__('fits');
    case 'needs-gpu-image':
      return trans.__('needs a GPU image');
    case 'prefers-cpu-image':
      return trans.__('fits; a CPU image would do');
    case 'unknown':
      return trans.__('not known');
  }
}

/** Ascending, with what is not known before the rest. */
function by(read: (row: ICatalogueRow) => number | undefined) {
  return (a: ICatalogueRow, b: ICatalogueRow) =>
    (read(a) ?? -1) - (read(b) ?? -1);
}

/** `Up to 10 Gigabit` is a little less than `10 Gigabit`; `4x 100 Gigabit` is 400. */
function gigabits(network: string): number {
  const found = /(?:(\d+)x )?([\d.]+) Gigabit/.exec(network);
  const sum = Number(found?.[1] ?? 1) * Number(found?.[2] ?? 0);
  return network.startsWith('Up to') ? sum - 0.1 : sum;
}
