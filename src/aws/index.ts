import type { ServerConnection } from '@jupyterlab/services';

import type { ISageMakerGateway, IStudioContext } from '../tokens';
import type { IClients } from './clients';
import { createClients } from './clients';
import { InstancesApi } from './instances';
import { JobsApi } from './jobs';
import type { GatewayRetryStrategy } from './retry';
import type { Objects } from './s3';
import { SpacesApi } from './spaces';
import { StateMachinesApi } from './stateMachines';
import { regionOf } from './surroundings';

/**
 * The gateway on the AWS SDK.
 *
 * @param retry - when calls are sent again; tests give one without pauses.
 */
export function createGateway(
  settings: ServerConnection.ISettings,
  context: IStudioContext,
  retry?: GatewayRetryStrategy
): ISageMakerGateway {
  let made: IClients | undefined;
  const clients = async () => {
    const region = regionOf(await context.get());
    if (made?.region !== region) {
      made = createClients(region, settings, retry);
    }
    return made;
  };
  let objects: { region: string; api: Objects } | undefined;
  const head: Objects['head'] = async (uri, signal) => {
    const { region } = await clients();
    if (objects?.region !== region) {
      // S3's client is as large as both others; most people never need it.
      const { Objects } = await import('./s3');
      objects = { region, api: new Objects(region, settings, retry) };
    }
    return objects.api.head(uri, signal);
  };
  return {
    jobs: new JobsApi({ context, clients, head }),
    spaces: new SpacesApi({ context, clients }),
    instances: new InstancesApi({ context, clients, settings, retry }),
    stateMachines: new StateMachinesApi(settings, retry)
  };
}
