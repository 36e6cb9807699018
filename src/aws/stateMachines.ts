import type { ServerConnection } from '@jupyterlab/services';

import { isAccessDenied } from '../core/permissions';
import type { IStateMachinesApi, Known } from '../tokens';
import { JsonClient } from './json';
import { known } from '../core/known';
import type { GatewayRetryStrategy } from './retry';

/** The name administrators install the definition in `deploy/` under. */
const NAME = 'sagemaker-studio-change-space';
const MAX_PAGES = 20;
const PAGE_SIZE = 1000;

interface IPage {
  nextToken?: string;
  stateMachines?: { stateMachineArn?: string; name?: string }[];
}

/** The administrator's state machine, by ARN or by name. */
export class StateMachinesApi implements IStateMachinesApi {
  constructor(
    settings: ServerConnection.ISettings,
    retry?: GatewayRetryStrategy
  ) {
    this._client = new JsonClient(
      { service: 'states', target: 'AWSStepFunctions', version: '1.0' },
      settings,
      retry
    );
  }

  find(arn: string, signal?: AbortSignal): Promise<Known<string>> {
    return arn ? this._check(arn, signal) : this._search(signal);
  }

  private async _check(
    arn: string,
    signal?: AbortSignal
  ): Promise<Known<string>> {
    const found = await known(async () => {
      await this._client.call(
        'DescribeStateMachine',
        { stateMachineArn: arn },
        signal
      );
      return arn;
    });
    // AWS's managed policy lets everybody start it, but not look at it.
    return found.value === null &&
      found.error &&
      isAccessDenied(found.error.code)
      ? { value: arn }
      : found;
  }

  private async _search(signal?: AbortSignal): Promise<Known<string>> {
    const found = await known(async () => {
      let nextToken: string | undefined;
      for (let pages = 0; pages < MAX_PAGES; pages++) {
        const page: IPage = await this._client.call<IPage>(
          'ListStateMachines',
          { maxResults: PAGE_SIZE, ...(nextToken && { nextToken }) },
          signal
        );
        const machine = page.stateMachines?.find(({ name }) => name === NAME);
        if (machine?.stateMachineArn) {
          return machine.stateMachineArn;
        }
        nextToken = page.nextToken;
        if (!nextToken) {
          break;
        }
      }
      return '';
    });
    return found.value === ''
      ? {
          value: null,
          reason: `There is no state machine “${NAME}” in this account and region.`
        }
      : found;
  }

  private readonly _client: JsonClient;
}
