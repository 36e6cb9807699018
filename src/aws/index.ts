import type { ServerConnection } from '@jupyterlab/services';

import type { GatewayLoaders } from '../core/gateway';
import type { IStudioContext } from '../tokens';
import type { GatewayRetryStrategy } from './retry';

/**
 * The parts of the gateway, each loaded when it is first needed.
 *
 * @param retry - when calls are sent again; tests give one without pauses.
 */
export function gatewayLoaders(
  settings: ServerConnection.ISettings,
  context: IStudioContext,
  retry?: GatewayRetryStrategy
): GatewayLoaders {
  const studio = async () => {
    const { createStudio } = await import('./studioGateway');
    return createStudio(settings, context, retry);
  };
  return {
    jobOptions: async () => (await studio()).jobOptions(),
    jobs: async () => (await studio()).jobs(),
    fileSystems: async () => (await studio()).fileSystems(),
    repositories: async () => (await studio()).repositories(),
    schedules: async () => (await studio()).schedules(),
    spaces: async () => (await studio()).spaces,
    instances: async () => (await studio()).instances,
    stateMachines: async () => (await studio()).stateMachines(),
    sweeps: async () => (await studio()).sweeps()
  };
}
