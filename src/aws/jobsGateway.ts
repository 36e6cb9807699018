import type { ServerConnection } from '@jupyterlab/services';

import type { IStudioContext } from '../tokens';
import type { IClients } from './clients';
import { createClients } from './clients';
import { JobsApi } from './jobs';
import { regionOf } from './region';
import type { GatewayRetryStrategy } from './retry';
import { Objects } from './s3';

/** Notebook jobs on the AWS SDK. */
export function createJobs(
  settings: ServerConnection.ISettings,
  context: IStudioContext,
  retry?: GatewayRetryStrategy
): JobsApi {
  let made: IClients | undefined;
  const clients = async () => {
    const region = regionOf(await context.get());
    if (made?.region !== region) {
      made = createClients(region, settings, retry);
    }
    return made;
  };
  const objects = new Objects(settings, retry);
  return new JobsApi({
    context,
    clients,
    head: (uri, signal) => objects.head(uri, signal)
  });
}
