import { awsError, fakeServer, json } from '../../__tests__/server';
import { JsonClient } from '../json';
import { readLog } from '../logs';
import { GatewayRetryStrategy } from '../retry';

interface IStream {
  name: string;
  /** One array of messages a page; the token is the page's number. */
  pages: string[][];
}

/** CloudWatch Logs with these streams; null stands for no log group. */
function logs(streams: IStream[] | null) {
  const { settings, received } = fakeServer(({ headers, body }) => {
    const input = JSON.parse(body);
    if (headers.get('x-amz-target')?.endsWith('DescribeLogStreams')) {
      return streams
        ? json({
            logStreams: streams
              .filter(({ name }) => name.startsWith(input.logStreamNamePrefix))
              .map(({ name }) => ({ logStreamName: name }))
          })
        : awsError(
            'ResourceNotFoundException',
            'The specified log group does not exist.'
          );
    }
    const { pages } = streams!.find(
      ({ name }) => name === input.logStreamName
    )!;
    const at = Number(input.nextToken ?? 0);
    return json({
      events: (pages[at] ?? []).map((message, index) => ({
        timestamp: 1000 + index,
        message
      })),
      nextForwardToken: String(Math.min(at + 1, pages.length)),
      nextBackwardToken: 'b'
    });
  });
  const client = new JsonClient(
    { service: 'logs', target: 'Logs_20140328', version: '1.1' },
    settings,
    new GatewayRetryStrategy(0)
  );
  const texts = async () => {
    const found: string[] = [];
    let token: string | undefined;
    let more: boolean | undefined = true;
    for (let reads = 0; more && reads < 20; reads++) {
      const page = await readLog(client, 'job', token);
      found.push(...page.lines.map(({ message }) => message));
      ({ nextToken: token, more } = page);
    }
    return { found, token };
  };
  return { client, received, texts };
}

describe('readLog', () => {
  it('waits quietly for the first line', async () => {
    expect(await readLog(logs(null).client, 'job', undefined)).toEqual({
      lines: []
    });
    expect(await readLog(logs([]).client, 'job', undefined)).toEqual({
      lines: []
    });
  });

  it('reads to the end, through empty pages, and on from there', async () => {
    const stream = {
      name: 'job/algo-1-100',
      pages: [['a', 'b'], [], [], ['c']]
    };
    const { client, texts, received } = logs([stream]);
    const { found, token } = await texts();
    expect(found).toEqual(['a', 'b', 'c']);
    expect(JSON.parse(received[0].body)).toEqual({
      logGroupName: '/aws/sagemaker/TrainingJobs',
      logStreamNamePrefix: 'job/algo-1-'
    });
    expect(received[1]).toMatchObject({ path: 'aws/logs/' });
    stream.pages.push(['d']);
    const next = await readLog(client, 'job', token);
    expect(next.lines.map(({ message }) => message)).toEqual(['d']);
    expect((await readLog(client, 'job', next.nextToken)).lines).toEqual([]);
  });

  it('goes on in the stream of the next attempt, and takes no other job’s', async () => {
    const { texts } = logs([
      { name: 'job/algo-1-1000', pages: [['second']] },
      { name: 'job/algo-1-200', pages: [['first']] },
      { name: 'job-2/algo-1-300', pages: [['foreign']] }
    ]);
    expect((await texts()).found).toEqual(['first', 'second']);
  });

  it('makes lines of events; redrawn progress stays for who reads it', async () => {
    const { client } = logs([
      {
        name: 'job/algo-1-1',
        pages: [
          [
            '\u001b[31mred\u001b[0m',
            'one\ntwo\n',
            'Executing:  50%|##  | 1/2\r',
            ''
          ]
        ]
      }
    ]);
    const { lines } = await readLog(client, 'job', undefined);
    expect(lines.map(({ message }) => message)).toEqual([
      'red',
      'one',
      'two',
      'Executing:  50%|##  | 1/2\r',
      ''
    ]);
    expect(lines[1].timestamp).toBe(1001);
  });

  it('refuses a token it did not give', async () => {
    await expect(readLog(logs([]).client, 'job', 'x')).rejects.toMatchObject({
      code: 'InvalidInput'
    });
  });
});
