import type { ListAppsResponse } from '@aws-sdk/client-sagemaker';

import type { IInstanceQuota } from '../tokens';
import type { IInstancesApiOptions } from './instances';
import type { Wire } from './json';
import { APP_TYPE } from './spaceConvert';
import { domainOf } from './spaces';

/** One page of Service Quotas (`ListServiceQuotas`, the part we need). */
interface IQuotasPage {
  NextToken?: string;
  Quotas?: { QuotaName?: string; Value?: number }[];
}

/** How Service Quotas calls the number of apps of one type. */
const QUOTA_NAME = /^Studio JupyterLab Apps running on (ml\.\S+) instances?$/;

/** How many apps of each type one may have, and how many there are. */
export async function readQuotas(
  options: IInstancesApiOptions,
  signal?: AbortSignal
): Promise<Record<string, IInstanceQuota>> {
  const [limits, used] = await Promise.all([
    readLimits(options, signal),
    readUsed(options, signal)
  ]);
  return Object.fromEntries(
    Object.entries(limits).map(([type, limit]) => [
      type,
      { limit, inUse: used.get(type) ?? 0 }
    ])
  );
}

async function readLimits(
  { quotas: client }: IInstancesApiOptions,
  signal?: AbortSignal
): Promise<Record<string, number>> {
  const read = async (operation: string) => {
    const quotas = await client.collect(
      operation,
      { ServiceCode: 'sagemaker' },
      (page: IQuotasPage) => page.Quotas,
      signal
    );
    return Object.fromEntries(
      quotas.flatMap(({ QuotaName = '', Value }): [string, number][] => {
        const type = QUOTA_NAME.exec(QuotaName)?.[1];
        return type && Value !== undefined ? [[type, Value]] : [];
      })
    );
  };
  const limits = await read('ListServiceQuotas');
  // Quotas nobody has changed yet may be missing there (API reference, "ListServiceQuotas").
  return Object.keys(limits).length > 0
    ? limits
    : read('ListAWSDefaultServiceQuotas');
}

/** Apps that run by type, as far as this domain shows them. */
async function readUsed(
  { context, sagemaker }: IInstancesApiOptions,
  signal?: AbortSignal
): Promise<Map<string, number>> {
  const apps = await sagemaker.collect(
    'ListApps',
    { DomainIdEquals: domainOf(await context.get()) },
    (page: Wire<ListAppsResponse>) => page.Apps,
    signal
  );
  const used = new Map<string, number>();
  for (const { AppType, Status, ResourceSpec } of apps) {
    const type = ResourceSpec?.InstanceType;
    if (
      type &&
      AppType === APP_TYPE &&
      (Status === 'InService' || Status === 'Pending')
    ) {
      used.set(type, (used.get(type) ?? 0) + 1);
    }
  }
  return used;
}
