import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { ServerConnection } from '@jupyterlab/services';

import { StudioError, toStudioError } from '../core/errors';
import type { IJobOutput } from '../tokens';
import { clientOptions } from './clients';
import type { GatewayRetryStrategy } from './retry';

/** Questions to S3; the files themselves travel by tasks of the server. */
export class Objects {
  constructor(
    region: string,
    settings: ServerConnection.ISettings,
    retry?: GatewayRetryStrategy
  ) {
    this._client = new S3Client({
      ...clientOptions('s3', region, settings, retry),
      forcePathStyle: true,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED'
    });
  }

  /** Size and time of an object, or null if there is none. */
  async head(
    uri: string,
    abortSignal?: AbortSignal
  ): Promise<IJobOutput | null> {
    const { bucket, key } = parseS3Uri(uri);
    try {
      const found = await this._client.send(
        new HeadObjectCommand({ Bucket: bucket, Key: key }),
        { abortSignal }
      );
      return {
        bucket,
        key,
        bytes: found.ContentLength ?? 0,
        modifiedAt: found.LastModified
      };
    } catch (thrown) {
      const error = toStudioError(thrown, 'HeadObject');
      if (/^(NotFound|NoSuchKey)$/.test(error.code)) {
        return null;
      }
      throw error;
    }
  }

  private readonly _client: S3Client;
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
