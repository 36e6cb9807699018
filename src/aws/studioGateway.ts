import type { ServerConnection } from '@jupyterlab/services';

import type { ISageMakerGateway, IStudioContext } from '../tokens';
import { InstancesApi } from './instances';
import type { IJsonService } from './json';
import { JsonClient } from './json';
import type { GatewayRetryStrategy } from './retry';
import { SpacesApi } from './spaces';
import { StateMachinesApi } from './stateMachines';

const SERVICES = {
  sagemaker: { service: 'sagemaker', target: 'SageMaker', version: '1.1' },
  logs: { service: 'logs', target: 'Logs_20140328', version: '1.1' },
  pricing: {
    service: 'pricing',
    target: 'AWSPriceListService',
    version: '1.1'
  },
  quotas: {
    service: 'servicequotas',
    target: 'ServiceQuotasV20190624',
    version: '1.1'
  }
} satisfies Record<string, IJsonService>;

/** Spaces, instance types and state machines: without the SDK, as every page needs some of it. */
export function createStudio(
  settings: ServerConnection.ISettings,
  context: IStudioContext,
  retry?: GatewayRetryStrategy
): Omit<ISageMakerGateway, 'jobs'> {
  const client = (name: keyof typeof SERVICES) =>
    new JsonClient(SERVICES[name], settings, retry);
  const sagemaker = client('sagemaker');
  return {
    spaces: new SpacesApi({ context, sagemaker, logs: client('logs') }),
    instances: new InstancesApi({
      context,
      sagemaker,
      quotas: client('quotas'),
      pricing: client('pricing')
    }),
    stateMachines: new StateMachinesApi(settings, retry)
  };
}
