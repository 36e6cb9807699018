import { AppInstanceType, paginateListApps } from '@aws-sdk/client-sagemaker';
import type { ServerConnection } from '@jupyterlab/services';

import { known } from '../core/known';
import type {
  IInstanceQuota,
  IInstancesApi,
  IStudioContext,
  Known
} from '../tokens';
import { call } from './call';
import type { IClients } from './clients';
import { JsonClient } from './json';
import type { GatewayRetryStrategy } from './retry';
import { APP_TYPE } from './spaceConvert';
import { domainOf } from './spaces';

/** Pages of one answer that are read at most; an account has some 2,300 SageMaker quotas. */
const MAX_PAGES = 60;
const PAGE_SIZE = 100;

/** What {@link InstancesApi} is made of. */
export interface IInstancesApiOptions {
  context: IStudioContext;
  /** Clients for the region of the context. */
  clients: () => Promise<IClients>;
  settings: ServerConnection.ISettings;
  retry?: GatewayRetryStrategy;
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
  constructor(private readonly _options: IInstancesApiOptions) {
    const { settings, retry } = _options;
    this._quotas = new JsonClient(
      {
        service: 'servicequotas',
        target: 'ServiceQuotasV20190624',
        version: '1.1'
      },
      settings,
      retry
    );
    this._pricing = new JsonClient(
      { service: 'pricing', target: 'AWSPriceListService', version: '1.1' },
      settings,
      retry
    );
  }

  async types(): Promise<string[]> {
    // `system` stands for Classic's own server, which is billed to nobody.
    return Object.values(AppInstanceType).filter(type => type !== 'system');
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
      const { region } = await this._options.clients();
      // What JupyterLab spaces are billed under; other ways to use a type may cost something else.
      const filters = {
        regionCode: region,
        platoinstancetype: 'Studio-JupyterLab'
      };
      const prices: Record<string, number> = {};
      await this._read<IProductsPage>(
        this._pricing,
        'GetProducts',
        {
          ServiceCode: 'AmazonSageMaker',
          Filters: Object.entries(filters).map(([Field, Value]) => ({
            Type: 'TERM_MATCH',
            Field,
            Value
          }))
        },
        ({ PriceList = [] }) => {
          for (const product of PriceList) {
            Object.assign(prices, toPrice(JSON.parse(product) as IProduct));
          }
        },
        signal
      );
      return prices;
    });
  }

  private async _limits(signal?: AbortSignal): Promise<Record<string, number>> {
    const limits: Record<string, number> = {};
    const read = (operation: string) =>
      this._read<IQuotasPage>(
        this._quotas,
        operation,
        { ServiceCode: 'sagemaker' },
        ({ Quotas = [] }) => {
          for (const { QuotaName = '', Value } of Quotas) {
            const type = QUOTA_NAME.exec(QuotaName)?.[1];
            if (type && Value !== undefined) {
              limits[type] = Value;
            }
          }
        },
        signal
      );
    await read('ListServiceQuotas');
    if (Object.keys(limits).length === 0) {
      // Quotas nobody has changed yet may be missing there (API reference, "ListServiceQuotas").
      await read('ListAWSDefaultServiceQuotas');
    }
    return limits;
  }

  /** Apps that run by type, as far as this domain shows them. */
  private async _used(abortSignal?: AbortSignal): Promise<Map<string, number>> {
    const { sagemaker: client } = await this._options.clients();
    const DomainIdEquals = domainOf(await this._options.context.get());
    const used = new Map<string, number>();
    await call('ListApps', async () => {
      const pages = paginateListApps(
        { client, pageSize: PAGE_SIZE },
        { DomainIdEquals },
        { abortSignal }
      );
      for await (const { Apps = [] } of pages) {
        for (const { AppType, Status, ResourceSpec } of Apps) {
          const type = ResourceSpec?.InstanceType;
          if (
            type &&
            AppType === APP_TYPE &&
            (Status === 'InService' || Status === 'Pending')
          ) {
            used.set(type, (used.get(type) ?? 0) + 1);
          }
        }
      }
    });
    return used;
  }

  private async _read<Page extends { NextToken?: string }>(
    client: JsonClient,
    operation: string,
    input: object,
    take: (page: Page) => void,
    signal?: AbortSignal
  ): Promise<void> {
    let NextToken: string | undefined;
    for (let pages = 0; pages < MAX_PAGES; pages++) {
      const page: Page = await client.call<Page>(
        operation,
        { ...input, MaxResults: PAGE_SIZE, ...(NextToken && { NextToken }) },
        signal
      );
      take(page);
      NextToken = page.NextToken;
      if (!NextToken) {
        return;
      }
    }
  }

  private readonly _quotas: JsonClient;
  private readonly _pricing: JsonClient;
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
