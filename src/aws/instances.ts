import { known } from '../core/known';
import type {
  IInstanceQuota,
  IInstancesApi,
  IStudioContext,
  Known
} from '../tokens';
import type { JsonClient } from './json';
import { regionOf } from './region';

/** What {@link InstancesApi} is made of. */
export interface IInstancesApiOptions {
  context: IStudioContext;
  sagemaker: JsonClient;
  quotas: JsonClient;
  pricing: JsonClient;
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

/** Instance types: which there are for JupyterLab apps, how many one may have, what they cost. */
export class InstancesApi implements IInstancesApi {
  constructor(private readonly _options: IInstancesApiOptions) {}

  async types(): Promise<string[]> {
    const { APP_INSTANCE_TYPES } = await import('./appInstanceTypes');
    return APP_INSTANCE_TYPES;
  }

  quotas(signal?: AbortSignal): Promise<Known<Record<string, IInstanceQuota>>> {
    return known(async () => {
      const { readQuotas } = await import('./quotas');
      return readQuotas(this._options, signal);
    });
  }

  prices(signal?: AbortSignal): Promise<Known<Record<string, number>>> {
    return this._prices('Studio-JupyterLab', signal);
  }

  trainingPrices(signal?: AbortSignal): Promise<Known<Record<string, number>>> {
    return this._prices('Training', signal);
  }

  /** @param usage - what a type is used for, as the Price List calls it: it has a price for each. */
  private _prices(
    usage: string,
    signal?: AbortSignal
  ): Promise<Known<Record<string, number>>> {
    return known(async () => {
      const region = regionOf(await this._options.context.get());
      const filters = { regionCode: region, platoinstancetype: usage };
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
}

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
