import type {
  CustomImage,
  DescribeAppImageConfigResponse,
  DescribeImageVersionResponse
} from '@aws-sdk/client-sagemaker';

import type { JsonClient, Wire } from './json';
import { imageOf } from './wire';
import type { IJobImage } from './wire';

/** Name, and version if it says so, of `arn:…:image/<name>` or `…:image-version/<name>/<n>`. */
export function imageNameOf(
  arn: string
): { name: string; version?: number } | undefined {
  const match = /:image(?:-version)?\/([^/]+)(?:\/(\d+))?$/.exec(arn);
  return match
    ? { name: match[1], ...(match[2] && { version: Number(match[2]) }) }
    : undefined;
}

/**
 * ECR URI of a Studio image or one of its versions; undefined if AWS names none.
 *
 * @param alias - which version, where the ARN names the image alone; without one the latest.
 */
export async function baseImage(
  client: JsonClient,
  arn: string,
  alias?: string
): Promise<string | undefined> {
  const image = imageNameOf(arn);
  const version =
    image &&
    (await client.call<Wire<DescribeImageVersionResponse>>(
      'DescribeImageVersion',
      {
        ImageName: image.name,
        ...(image.version
          ? { Version: image.version }
          : alias && { Alias: alias })
      }
    ));
  return version?.BaseImage;
}

/** Its configuration, if it is one administrators attached. */
export async function imageConfig(
  client: JsonClient,
  arn: string,
  attached: readonly CustomImage[],
  abortSignal?: AbortSignal
): Promise<Wire<DescribeAppImageConfigResponse> | undefined> {
  const name = imageNameOf(arn)?.name;
  const AppImageConfigName = attached.find(
    ({ ImageName }) => ImageName === name
  )?.AppImageConfigName;
  return AppImageConfigName
    ? client.call('DescribeAppImageConfig', { AppImageConfigName }, abortSignal)
    : undefined;
}

/** An image as the scheduler uses it for jobs, with user and home of its configuration. */
export async function jobImage(
  client: JsonClient,
  uri: string,
  arn: string | undefined,
  attached: () => Promise<readonly CustomImage[]>
): Promise<IJobImage> {
  const name = arn && imageNameOf(arn)?.name;
  if (!arn || !name || /\bsagemaker-distribution\b/.test(name)) {
    return imageOf(uri);
  }
  const config = await imageConfig(client, arn, await attached());
  const { FileSystemConfig: files, ContainerConfig: container } =
    config?.JupyterLabAppImageConfig ?? {};
  return {
    ...imageOf(uri),
    arn,
    // AWS's scheduler says so of every image that is not its own.
    owner: 'Customer Owned',
    mountPath: files?.MountPath ?? '/home/sagemaker-user',
    uid: String(files?.DefaultUid ?? 1000),
    gid: String(files?.DefaultGid ?? 100),
    variables: container?.ContainerEnvironmentVariables
  };
}
