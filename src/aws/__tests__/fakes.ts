import { fakeServer, json } from '../../__tests__/server';
import type { Answer, IReceived } from '../../__tests__/server';
import type { IContext, ISageMakerGateway, IStudioContext } from '../../tokens';
import { LazyGateway } from '../../core/gateway';
import { gatewayLoaders } from '../index';
import { GatewayRetryStrategy } from '../retry';

export const ARN = 'arn:aws:sagemaker:us-west-2:123456789012';

/** What the context says in a private JupyterLab space; null for what isn't known. */
export function contextOf(
  fields: Record<string, string | null> = {},
  mode = 'studio'
): IStudioContext {
  const known: Record<string, string | null> = {
    region: 'us-west-2',
    accountId: '123456789012',
    domainId: 'd-1',
    spaceName: 'my-space',
    appType: 'JupyterLab',
    appName: 'default',
    userProfileName: null,
    executionRoleArn: 'arn:aws:iam::123456789012:role/StudioRole',
    imageUri:
      '123456789012.dkr.ecr.us-west-2.amazonaws.com/sagemaker-distribution:3-cpu',
    imageArn: null,
    ...fields
  };
  const value = {
    mode,
    fields: Object.fromEntries(
      Object.entries(known).map(([name, value]) => [
        name,
        value
          ? { value, source: 'test' }
          : { value: null, reason: `${name} is not set.` }
      ])
    )
  } as unknown as IContext;
  return { get: async () => value } as unknown as IStudioContext;
}

/** A gateway whose server answers by operation, e.g. `SageMaker.Search`. */
export function gatewayWith(
  answer: Answer,
  context = contextOf()
): { gateway: ISageMakerGateway; received: IReceived[] } {
  const { settings, received } = fakeServer(answer);
  return {
    gateway: new LazyGateway(
      gatewayLoaders(settings, context, new GatewayRetryStrategy(0))
    ),
    received
  };
}

export const operation = ({ headers }: IReceived) =>
  headers.get('x-amz-target')?.split('.')[1] ?? '';
export const inputs = (received: IReceived[], name: string) =>
  received
    .filter(request => operation(request) === name)
    .map(({ body }) => JSON.parse(body));
export const aws = (data: unknown) =>
  json(data, 200, {
    'content-type': 'application/x-amz-json-1.1',
    'x-amzn-requestid': 'request-1'
  });
