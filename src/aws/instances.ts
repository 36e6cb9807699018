import type { ListAppsResponse } from '@aws-sdk/client-sagemaker';

import { known } from '../core/known';
import type {
  IInstanceQuota,
  IInstancesApi,
  IStudioContext,
  Known
} from '../tokens';
import type { JsonClient, Wire } from './json';
import { regionOf } from './region';
import { APP_TYPE } from './spaceConvert';
import { domainOf } from './spaces';

/** What {@link InstancesApi} is made of. */
export interface IInstancesApiOptions {
  context: IStudioContext;
  sagemaker: JsonClient;
  quotas: JsonClient;
  pricing: JsonClient;
}

/** One page of Service Quotas (`ListServiceQuotas`, the part we need). */
interface IQuotasPage {
  NextToken?: string;
  Quotas?: { QuotaName?: string; Value?: number }[];
}

/** One page of the Price List (`GetProducts`); products are JSON in strings. */
interface IProductsPage {
  NextToken?: string;
  PriceList?: string[];
}

/** A product of the Price List, the part we need. */
interface IProduct {
  product?: { attributes?: Record<string, string> };
  terms?: {
    OnDemand?: Record<
      string,
      {
        priceDimensions?: Record<
          string,
          { unit?: string; pricePerUnit?: { USD?: string } }
        >;
      }
    >;
  };
}

/** Instance types for JupyterLab apps: which there are, how many one may have, what they cost. */
export class InstancesApi implements IInstancesApi {
  constructor(private readonly _options: IInstancesApiOptions) {}

  async types(): Promise<string[]> {
    const { APP_INSTANCE_TYPES } = await import('./appInstanceTypes');
    return APP_INSTANCE_TYPES;
  }

  quotas(signal?: AbortSignal): Promise<Known<Record<string, IInstanceQuota>>> {
    return known(async () => {
      const [limits, used] = await Promise.all([
        this._limits(signal),
        this._used(signal)
      ]);
      return Object.fromEntries(
        Object.entries(limits).map(([type, limit]) => [
          type,
          { limit, inUse: used.get(type) ?? 0 }
        ])
      );
    });
  }

  prices(signal?: AbortSignal): Promise<Known<Record<string, number>>> {
    return known(async () => {
      const region = regionOf(await this._options.context.get());
      // What JupyterLab spaces are billed under; other ways to use a type may cost something else.
      const filters = {
        regionCode: region,
        platoinstancetype: 'Studio-JupyterLab'
      };
      const products = await this._options.pricing.collect(
        'GetProducts',
        {
          ServiceCode: 'AmazonSageMaker',
          Filters: Object.entries(filters).map(([Field, Value]) => ({
            Type: 'TERM_MATCH',
            Field,
            Value
          }))
        },
        (page: IProductsPage) => page.PriceList,
        signal
      );
      const prices: Record<string, number> = {};
      for (const product of products) {
        Object.assign(prices, toPrice(JSON.parse(product) as IProduct));
      }
      return prices;
    });
  }

  private async _limits(signal?: AbortSignal): Promise<Record<string, number>> {
    const read = async (operation: string) => {
      const quotas = await this._options.quotas.collect(
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
  private async _used(signal?: AbortSignal): Promise<Map<string, number>> {
    const { context, sagemaker } = this._options;
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
}

/** How Service Quotas calls the number of apps of one type. */
const QUOTA_NAME = /^Studio JupyterLab Apps running on (ml\.\S+) instances?$/;

/** The price of an hour; nothing for products that are free or of other kinds. */
function toPrice({ product, terms }: IProduct): Record<string, number> {
  const attributes = product?.attributes ?? {};
  const type =
    /ml\.[a-z0-9-]+\.[a-z0-9-]+$/.exec(attributes.usagetype ?? '')?.[0] ??
    attributes.instanceType ??
    attributes.instanceName;
  for (const { priceDimensions = {} } of Object.values(terms?.OnDemand ?? {})) {
    for (const { pricePerUnit } of Object.values(priceDimensions)) {
      const price = Number(pricePerUnit?.USD);
      if (type && price > 0) {
        return { [type]: price };
      }
    }
  }
  return {};
}
