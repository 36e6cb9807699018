import type { GetLogEventsResponse } from '@aws-sdk/client-cloudwatch-logs';

import { StudioError } from '../core/errors';
import type { JsonClient } from './json';
import { toLines } from './logLines';
import { APP_NAME, APP_TYPE } from './spaceConvert';

/** Where SageMaker writes what lifecycle scripts print (Developer Guide, "Debug lifecycle configurations"). */
const GROUP = '/aws/sagemaker/studio';

/** The newest lines that are read; a script runs five minutes at most. */
const LIMIT = 1000;

/** What the lifecycle script of a space printed last; empty if none has run. */
export async function readLifecycleLog(
  logs: JsonClient,
  domain: string,
  space: string,
  signal?: AbortSignal
): Promise<string> {
  try {
    const page = await logs.call<GetLogEventsResponse>(
      'GetLogEvents',
      {
        logGroupName: GROUP,
        logStreamName: `${domain}/${space}/${APP_TYPE}/${APP_NAME}/LifecycleConfigOnStart`,
        startFromHead: false,
        limit: LIMIT
      },
      signal
    );
    return (page.events ?? [])
      .flatMap(toLines)
      .map(({ message }) => message)
      .join('\n');
  } catch (error) {
    if (error instanceof StudioError && /^ResourceNotFound/.test(error.code)) {
      return '';
    }
    throw error;
  }
}
