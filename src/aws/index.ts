import type { ServerConnection } from '@jupyterlab/services';

import type { ISageMakerGateway, IStudioContext } from '../tokens';
import type { IClients } from './clients';
import { createClients } from './clients';
import { InstancesApi } from './instances';
import { JobsApi } from './jobs';
import type { GatewayRetryStrategy } from './retry';
import { Objects } from './s3';
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
  const objects = new Objects(settings, retry);
  return {
    jobs: new JobsApi({
      context,
      clients,
      head: (uri, signal) => objects.head(uri, signal)
    }),
    spaces: new SpacesApi({ context, clients }),
    instances: new InstancesApi({ context, clients, settings, retry }),
    stateMachines: new StateMachinesApi(settings, retry)
  };
}
