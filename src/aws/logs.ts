import type {
  DescribeLogStreamsResponse,
  GetLogEventsResponse
} from '@aws-sdk/client-cloudwatch-logs';

import { StudioError } from '../core/errors';
import type { ILogPage } from '../tokens';
import type { JsonClient } from './json';
import { toLines } from './logLines';

/** Where SageMaker writes what training jobs print. */
const GROUP = '/aws/sagemaker/TrainingJobs';

/** Pages may be empty in the middle of a stream; this many are read in one go. */
const MAX_EMPTY_PAGES = 10;

/** What our `nextToken` stands for. */
interface IPosition {
  stream: string;
  /** CloudWatch's forward token. */
  token?: string;
}

/**
 * One page of a job's log, oldest first, across the streams of its attempts.
 *
 * CloudWatch repeats the token it was given when there is nothing newer.
 */
export async function readLog(
  client: JsonClient,
  job: string,
  nextToken: string | undefined,
  abortSignal?: AbortSignal
): Promise<ILogPage> {
  let position = nextToken
    ? parsePosition(nextToken)
    : await firstStream(client, job, abortSignal);
  if (!position) {
    return { lines: [] };
  }
  for (let pages = 0; pages < MAX_EMPTY_PAGES; pages++) {
    const { stream, token }: IPosition = position;
    const page = await readPage(client, position, abortSignal);
    const lines = (page.events ?? []).flatMap(toLines);
    const next: IPosition = { stream, token: page.nextForwardToken ?? token };
    const isAtEnd = next.token === token;
    if (lines.length > 0) {
      return { lines, nextToken: JSON.stringify(next), more: !isAtEnd };
    }
    if (isAtEnd) {
      // A retried job starts a new stream; the old one simply ends.
      const later: string | undefined = (
        await listStreams(client, job, abortSignal)
      ).find(name => startOf(name) > startOf(stream));
      return later === undefined
        ? { lines, nextToken: JSON.stringify(next) }
        : { lines, nextToken: JSON.stringify({ stream: later }), more: true };
    }
    position = next;
  }
  return { lines: [], nextToken: JSON.stringify(position), more: true };
}

function readPage(
  client: JsonClient,
  { stream, token }: IPosition,
  abortSignal?: AbortSignal
) {
  return client.call<GetLogEventsResponse>(
    'GetLogEvents',
    {
      logGroupName: GROUP,
      logStreamName: stream,
      startFromHead: true,
      nextToken: token
    },
    abortSignal
  );
}

async function firstStream(
  client: JsonClient,
  job: string,
  abortSignal?: AbortSignal
): Promise<IPosition | undefined> {
  const [stream] = await listStreams(client, job, abortSignal);
  return stream === undefined ? undefined : { stream };
}

/** Names of the job's streams, oldest first; none before anything was printed. */
async function listStreams(
  client: JsonClient,
  job: string,
  abortSignal?: AbortSignal
): Promise<string[]> {
  try {
    const page = await client.call<DescribeLogStreamsResponse>(
      'DescribeLogStreams',
      { logGroupName: GROUP, logStreamNamePrefix: `${job}/algo-1-` },
      abortSignal
    );
    return (page.logStreams ?? [])
      .flatMap(({ logStreamName }) => logStreamName ?? [])
      .sort((a, b) => startOf(a) - startOf(b));
  } catch (error) {
    // The first job of an account finds no log group yet.
    if (error instanceof StudioError && /^ResourceNotFound/.test(error.code)) {
      return [];
    }
    throw error;
  }
}

/** `<job>/algo-1-<epoch>`: when a stream began. */
function startOf(stream: string): number {
  return Number(stream.slice(stream.lastIndexOf('-') + 1)) || 0;
}

function parsePosition(nextToken: string): IPosition {
  try {
    const { stream, token } = JSON.parse(nextToken) as IPosition;
    if (typeof stream === 'string') {
      return { stream, token };
    }
  } catch {
    // Said below.
  }
  throw new StudioError({
    code: 'InvalidInput',
    message: 'This is no token for reading a log on.'
  });
}
