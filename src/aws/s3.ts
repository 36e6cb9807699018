import type { ServerConnection } from '@jupyterlab/services';

import { StudioError } from '../core/errors';
import type { IJobOutput } from '../tokens';
import { SigningHandler, encode } from './handler';
import type { IAwsResponse } from './handler';
import { readXml } from './query';
import { GatewayRetryStrategy, retrying } from './retry';

/** Questions to S3; the files themselves travel by tasks of the server. */
export class Objects {
  constructor(
    settings: ServerConnection.ISettings,
    private readonly _retry = new GatewayRetryStrategy()
  ) {
    this._handler = new SigningHandler('s3', settings);
  }

  /** Size and time of an object, or null if there is none. */
  async head(
    uri: string,
    abortSignal?: AbortSignal
  ): Promise<IJobOutput | null> {
    const { bucket, key } = parseS3Uri(uri);
    const path = [bucket, ...key.split('/')].map(encode).join('/');
    return retrying(this._retry, 'HeadObject', async () => {
      const { response } = await this._handler.handle(
        { method: 'HEAD', path: `/${path}`, headers: {} },
        { abortSignal }
      );
      const { statusCode, headers } = response;
      if (statusCode === 404) {
        return null;
      }
      if (statusCode >= 300) {
        throw refusal(response);
      }
      const modified = headers['last-modified'];
      return {
        bucket,
        key,
        bytes: Number(headers['content-length'] ?? 0),
        modifiedAt: modified ? new Date(modified) : undefined
      };
    });
  }

  /**
   * A JSON document.
   *
   * @throws StudioError - AWS's own, or `UnreadableAnswer`.
   */
  async json(uri: string, abortSignal?: AbortSignal): Promise<unknown> {
    const { bucket, key } = parseS3Uri(uri);
    const path = [bucket, ...key.split('/')].map(encode).join('/');
    return retrying(this._retry, 'GetObject', async () => {
      const { response } = await this._handler.handle(
        { method: 'GET', path: `/${path}`, headers: {} },
        { abortSignal }
      );
      if (response.statusCode >= 300) {
        return readXml(response, 'GetObject');
      }
      const text = await new Response(response.body as BodyInit).text();
      try {
        return JSON.parse(text);
      } catch {
        throw new StudioError({
          code: 'UnreadableAnswer',
          message: `“${uri}” is not a JSON document.`,
          operation: 'GetObject'
        });
      }
    });
  }

  /**
   * The region of a bucket.
   *
   * @param owner - account it has to belong to; S3 denies the answer if it is another's.
   */
  async region(
    bucket: string,
    abortSignal?: AbortSignal,
    owner?: string
  ): Promise<string> {
    const root = await this._get(
      'GetBucketLocation',
      bucket,
      'location',
      abortSignal,
      owner ? { 'x-amz-expected-bucket-owner': owner } : {}
    );
    // The oldest region has no name there (S3 API reference, "GetBucketLocation").
    const found = root.textContent?.trim() || 'us-east-1';
    return found === 'EU' ? 'eu-west-1' : found;
  }

  /** How a bucket encrypts what is written without a word on it: `aws:kms` or `AES256`. */
  async encryption(bucket: string, abortSignal?: AbortSignal): Promise<string> {
    const root = await this._get(
      'GetBucketEncryption',
      bucket,
      'encryption',
      abortSignal
    );
    return (
      root.getElementsByTagName('SSEAlgorithm')[0]?.textContent?.trim() ??
      'AES256'
    );
  }

  private _get(
    operation: string,
    bucket: string,
    subresource: string,
    abortSignal?: AbortSignal,
    headers: Record<string, string> = {}
  ): Promise<Element> {
    return retrying(this._retry, operation, async () => {
      const { response } = await this._handler.handle(
        {
          method: 'GET',
          path: `/${encode(bucket)}`,
          query: { [subresource]: '' },
          headers
        },
        { abortSignal }
      );
      return readXml(response, operation);
    });
  }

  private readonly _handler: SigningHandler;
}

/** An answer to HEAD has no body; only its status tells. */
function refusal({ statusCode, headers }: IAwsResponse): StudioError {
  const codes: Record<number, string> = {
    301: 'PermanentRedirect',
    401: 'AccessDenied',
    403: 'AccessDenied',
    429: 'TooManyRequests'
  };
  return new StudioError({
    code:
      codes[statusCode] ??
      (statusCode >= 500 ? 'ServiceUnavailable' : 'UnexpectedError'),
    message: '',
    operation: 'HeadObject',
    requestId: headers['x-amz-request-id'],
    status: statusCode
  });
}

/** `s3://bucket/some/key` in its parts. */
export function parseS3Uri(uri: string): { bucket: string; key: string } {
  const match = /^s3:\/\/([^/]+)\/?(.*)$/s.exec(uri);
  if (!match) {
    throw new StudioError({
      code: 'InvalidInput',
      message: `“${uri}” is not an S3 address such as s3://bucket/folder/.`
    });
  }
  return { bucket: match[1], key: match[2] };
}
