import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { ServerConnection } from '@jupyterlab/services';

import { SigningHandler } from './handler';
import { GatewayRetryStrategy } from './retry';

const NO_AUTH = 'smithy.api#noAuth';

/** Options that make any SDK client send unsigned requests to our signing endpoint. */
export function clientOptions(
  service: string,
  region: string,
  settings: ServerConnection.ISettings,
  retry = new GatewayRetryStrategy()
) {
  return {
    region,
    // Never contacted: the handler sends everything to our server, which knows the real one.
    endpoint: 'https://aws.invalid',
    requestHandler: new SigningHandler(service, settings),
    retryStrategy: retry,
    httpAuthSchemeProvider: () => [{ schemeId: NO_AUTH }],
    httpAuthSchemes: [
      {
        schemeId: NO_AUTH,
        identityProvider: () => async () => ({}),
        signer: { sign: async <T>(request: T) => request }
      }
    ]
  };
}

/** The clients of one region. */
export interface IClients {
  region: string;
  sagemaker: SageMakerClient;
  logs: CloudWatchLogsClient;
}

/** Clients for SageMaker and CloudWatch Logs; of other services a call or two is made without. */
export function createClients(
  region: string,
  settings: ServerConnection.ISettings,
  retry?: GatewayRetryStrategy
): IClients {
  return {
    region,
    sagemaker: new SageMakerClient(
      clientOptions('sagemaker', region, settings, retry)
    ),
    logs: new CloudWatchLogsClient(
      clientOptions('logs', region, settings, retry)
    )
  };
}
