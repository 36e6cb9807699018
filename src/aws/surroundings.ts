import type {
  DescribeStudioLifecycleConfigResponse,
  Tag
} from '@aws-sdk/client-sagemaker';

import type { IContext, IJobOptions } from '../tokens';
import type { JsonClient, Wire } from './json';
import { Lookup } from './lookup';
import { regionOf } from './region';
import type { IJobImage } from './wire';

/** What a job needs to know of where it was submitted. */
export interface ISurroundings {
  region: string;
  roleArn: string;
  image: IJobImage;
  /** The scheduler's default bucket. */
  bucket: string;
  /** Content of the start-up script, where one was chosen. */
  startupScript?: string;
  /** Owner and cost tags, as AWS's scheduler copies them. */
  tags: Tag[];
}

/**
 * Find out what a submission needs; asks AWS only for what neither options nor server tell.
 *
 * @throws StudioError - `RegionUnknown`, `RoleUnknown`, `ImageUnknown`, `AccountUnknown` with what
 * to do, or AWS's own.
 */
export async function surroundingsOf(
  context: IContext,
  client: JsonClient,
  options: IJobOptions = {}
): Promise<ISurroundings> {
  const found = new Lookup(context, client);
  const region = regionOf(context);
  const { startupScriptArn, snapshotUri } = options;
  const [roleArn, image, tags, startupScript] = await Promise.all([
    options.roleArn ?? found.role().then(({ value }) => value),
    options.imageUri
      ? found.imageWithArn(options.imageUri, options.imageArn)
      : found.image(),
    found.tags(),
    // An earlier job's input already holds its script.
    startupScriptArn && !snapshotUri
      ? readScript(client, startupScriptArn)
      : undefined
  ]);
  return {
    region,
    roleArn,
    image,
    bucket: found.bucketOf(roleArn, region),
    startupScript,
    tags
  };
}

/** The text of a lifecycle configuration, given by ARN or name. */
async function readScript(client: JsonClient, arn: string): Promise<string> {
  const { StudioLifecycleConfigContent = '' } = await client.call<
    Wire<DescribeStudioLifecycleConfigResponse>
  >('DescribeStudioLifecycleConfig', {
    StudioLifecycleConfigName: arn.split('studio-lifecycle-config/').pop()
  });
  const bytes = Uint8Array.from(atob(StudioLifecycleConfigContent), letter =>
    letter.charCodeAt(0)
  );
  return new TextDecoder().decode(bytes);
}
