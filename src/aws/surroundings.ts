import type {
  CustomImage,
  DescribeAppImageConfigResponse,
  DescribeAppResponse,
  DescribeDomainResponse,
  DescribeImageVersionResponse,
  DescribeSpaceResponse,
  DescribeStudioLifecycleConfigResponse,
  DescribeUserProfileResponse,
  ListTagsOutput,
  Tag
} from '@aws-sdk/client-sagemaker';

import { field, requireField } from '../core/context';
import { StudioError } from '../core/errors';
import type { IContext, IJobNetwork, IJobOptions } from '../tokens';
import type { JsonClient, Wire } from './json';
import { regionOf } from './region';
import { TAG, imageOf, mergeTags } from './wire';
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

/** Whose job it is: the key part of the name tag, and the name. */
export interface IOwner {
  tag: typeof TAG.userProfileName | typeof TAG.spaceName;
  name: string;
}

/** As AWS's scheduler decides: the profile if the app belongs to one, else the space. */
export function ownerOf(context: IContext): IOwner | undefined {
  const profile = field(context, 'userProfileName');
  if (profile) {
    return { tag: TAG.userProfileName, name: profile };
  }
  const space = field(context, 'spaceName');
  return space ? { tag: TAG.spaceName, name: space } : undefined;
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
    options.roleArn ?? found.roleArn(),
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

/** Domain, space and profile, each asked for once and only if needed. */
export class Lookup {
  constructor(
    private readonly _context: IContext,
    private readonly _client: JsonClient
  ) {}

  async roleArn(): Promise<string> {
    const known = field(this._context, 'executionRoleArn');
    if (known) {
      return known;
    }
    if (!this._domainId) {
      return requireField(
        this._context,
        'executionRoleArn',
        'RoleUnknown',
        'A notebook job runs with an execution role; open this JupyterLab in a SageMaker Studio space, which has one, or set SAGEMAKER_ROLE_ARN for the JupyterLab server.'
      );
    }
    const [profile, domain] = await Promise.all([
      this._ownerProfile(),
      this._domain()
    ]);
    const role =
      profile?.UserSettings?.ExecutionRole ??
      domain.DefaultUserSettings?.ExecutionRole ??
      domain.DefaultSpaceSettings?.ExecutionRole;
    if (!role) {
      throw new StudioError({
        code: 'RoleUnknown',
        message: `Neither the user profile nor the domain ${this._domainId} has an execution role. Ask your administrator to set one.`
      });
    }
    return role;
  }

  /** Who set the role, in a word for people; undefined where the server knows it by itself. */
  async roleSource(): Promise<string | undefined> {
    if (field(this._context, 'executionRoleArn') || !this._domainId) {
      return undefined;
    }
    const profile = await this._ownerProfile().catch(() => undefined);
    return profile?.UserSettings?.ExecutionRole
      ? `user profile ${profile.UserProfileName}`
      : `domain ${this._domainId}`;
  }

  /** The scheduler's default bucket. */
  async bucket(region: string): Promise<string> {
    return this.bucketOf(
      field(this._context, 'accountId') ? '' : await this.roleArn(),
      region
    );
  }

  /** The scheduler's default bucket, with the account of a role where no other is known. */
  bucketOf(roleArn: string, region: string): string {
    const account = field(this._context, 'accountId') ?? accountOf(roleArn);
    return `sagemaker-automated-execution-${account}-${region}`;
  }

  /**
   * The network of the domain, with the security groups of domain, profile and space: as AWS's
   * scheduler puts them together.
   */
  async network(): Promise<IJobNetwork> {
    const { domain, own } = await this._settings();
    const groups = [domain.DefaultUserSettings, ...own].flatMap(
      settings => settings?.SecurityGroups ?? []
    );
    return {
      vpcId: domain.VpcId,
      subnets: domain.SubnetIds ?? [],
      securityGroupIds: [...new Set(groups)],
      isVpcOnly: domain.AppNetworkAccessType === 'VpcOnly'
    };
  }

  /** Lifecycle configurations attached to JupyterLab, for domain, profile or space. */
  async startupScripts(): Promise<{ arn: string; name: string }[]> {
    const { domain, own } = await this._settings();
    const arns = [...own, domain.DefaultUserSettings].flatMap(
      settings => settings?.JupyterLabAppSettings?.LifecycleConfigArns ?? []
    );
    return [...new Set(arns)].map(arn => ({
      arn,
      name: arn.slice(arn.lastIndexOf('/') + 1)
    }));
  }

  private async _settings() {
    if (!this._domainId) {
      requireField(
        this._context,
        'domainId',
        'DomainUnknown',
        'Open this JupyterLab in a SageMaker Studio space, or set SAGEMAKER_DOMAIN_ID for the JupyterLab server.'
      );
    }
    const [domain, profile] = await Promise.all([
      this._domain(),
      this._ownerProfile()
    ]);
    return { domain, own: profile?.UserSettings ? [profile.UserSettings] : [] };
  }

  /** The image this app runs, as the scheduler uses it for jobs. */
  async image(): Promise<IJobImage> {
    const known = field(this._context, 'imageUri');
    if (known) {
      return imageOf(known);
    }
    const arn = field(this._context, 'imageArn') ?? (await this._appImageArn());
    const uri = arn && (await baseImage(this._client, arn));
    return this.imageWithArn(
      uri ||
        requireField(
          this._context,
          'imageUri',
          'ImageUnknown',
          'A notebook job needs a container image; set SAGEMAKER_INTERNAL_IMAGE_URI for the JupyterLab server to the URI of a SageMaker Distribution image.'
        ),
      arn
    );
  }

  /** With user and home of the image's configuration, if administrators attached one. */
  async imageWithArn(uri: string, arn?: string): Promise<IJobImage> {
    const name = arn && imageNameOf(arn)?.name;
    if (!arn || !name || /\bsagemaker-distribution\b/.test(name)) {
      return imageOf(uri);
    }
    const config = (await this.attachedImages()).find(
      ({ ImageName }) => ImageName === name
    )?.AppImageConfigName;
    const found =
      config &&
      (await this._client.call<Wire<DescribeAppImageConfigResponse>>(
        'DescribeAppImageConfig',
        { AppImageConfigName: config }
      ));
    const files = (found || undefined)?.JupyterLabAppImageConfig
      ?.FileSystemConfig;
    return {
      ...imageOf(uri),
      arn,
      // AWS's scheduler says so of every image that is not its own.
      owner: 'Customer Owned',
      mountPath: files?.MountPath ?? '/home/sagemaker-user',
      uid: String(files?.DefaultUid ?? 1000),
      gid: String(files?.DefaultGid ?? 100)
    };
  }

  /** Images administrators attached to JupyterLab, for the profile first. */
  async attachedImages(): Promise<CustomImage[]> {
    if (!this._domainId) {
      return [];
    }
    const [profile, domain] = await Promise.all([
      this._ownerProfile(),
      this._domain()
    ]);
    return [profile?.UserSettings, domain.DefaultUserSettings].flatMap(
      settings => settings?.JupyterLabAppSettings?.CustomImages ?? []
    );
  }

  /** Owner, and the tags of space and profile: they carry cost centres and access rules. */
  async tags(): Promise<Tag[]> {
    const owner = ownerOf(this._context);
    if (!owner || !this._domainId) {
      return this._domainTags();
    }
    const [space, profile] = await Promise.all([
      this._space(),
      this._ownerProfile()
    ]);
    const arns = [space?.SpaceArn, profile?.UserProfileArn];
    const copied = await Promise.all(
      arns.map(arn => (arn ? listTags(this._client, arn) : []))
    );
    const ownerName = space?.OwnershipSettings?.OwnerUserProfileName;
    return mergeTags(
      [{ Key: owner.tag, Value: owner.name }],
      ownerName ? [{ Key: TAG.userProfileName, Value: ownerName }] : [],
      this._domainTags(),
      ...copied
    );
  }

  /** In a space Studio itself adds the domain's tag; elsewhere we must, for its lists. */
  private _domainTags(): Tag[] {
    return this._context.mode === 'account' && this._domainId
      ? [{ Key: TAG.domainName, Value: this._domainId }]
      : [];
  }

  private async _appImageArn(): Promise<string | undefined> {
    const SpaceName = field(this._context, 'spaceName');
    if (!this._domainId || !SpaceName) {
      return undefined;
    }
    const app = await this._client.call<Wire<DescribeAppResponse>>(
      'DescribeApp',
      {
        DomainId: this._domainId,
        SpaceName,
        AppType: field(this._context, 'appType') ?? 'JupyterLab',
        AppName: field(this._context, 'appName') ?? 'default'
      }
    );
    return (
      app.ResourceSpec?.SageMakerImageVersionArn ??
      app.ResourceSpec?.SageMakerImageArn
    );
  }

  private get _domainId(): string | undefined {
    return field(this._context, 'domainId');
  }

  private _domain(): Promise<Wire<DescribeDomainResponse>> {
    return (this._domainCall ??= this._client.call('DescribeDomain', {
      DomainId: this._domainId
    }));
  }

  /** The space, where the job is the space's and not a profile's. */
  private _space(): Promise<Wire<DescribeSpaceResponse>> | undefined {
    const owner = ownerOf(this._context);
    return owner?.tag === TAG.spaceName
      ? (this._spaceCall ??= this._client.call('DescribeSpace', {
          DomainId: this._domainId,
          SpaceName: owner.name
        }))
      : undefined;
  }

  /** The app's profile, or that of the owner of a private space. */
  private _ownerProfile(): Promise<
    Wire<DescribeUserProfileResponse> | undefined
  > {
    return (this._profileCall ??= this._describeOwnerProfile());
  }

  private async _describeOwnerProfile() {
    const name =
      field(this._context, 'userProfileName') ??
      (await this._space())?.OwnershipSettings?.OwnerUserProfileName;
    return name === undefined
      ? undefined
      : this._client.call<Wire<DescribeUserProfileResponse>>(
          'DescribeUserProfile',
          { DomainId: this._domainId, UserProfileName: name }
        );
  }

  private _domainCall?: Promise<Wire<DescribeDomainResponse>>;
  private _spaceCall?: Promise<Wire<DescribeSpaceResponse>>;
  private _profileCall?: Promise<Wire<DescribeUserProfileResponse> | undefined>;
}

/** Name, and version if it says so, of `arn:…:image/<name>` or `…:image-version/<name>/<n>`. */
export function imageNameOf(
  arn: string
): { name: string; version?: number } | undefined {
  const match = /:image(?:-version)?\/([^/]+)(?:\/(\d+))?$/.exec(arn);
  return match
    ? { name: match[1], ...(match[2] && { version: Number(match[2]) }) }
    : undefined;
}

/** ECR URI of a Studio image or one of its versions; undefined if AWS names none. */
export async function baseImage(
  client: JsonClient,
  arn: string
): Promise<string | undefined> {
  const image = imageNameOf(arn);
  const version =
    image &&
    (await client.call<Wire<DescribeImageVersionResponse>>(
      'DescribeImageVersion',
      {
        ImageName: image.name,
        ...(image.version && { Version: image.version })
      }
    ));
  return version?.BaseImage;
}

/** All tags of a resource. */
export async function listTags(
  client: JsonClient,
  ResourceArn: string,
  abortSignal?: AbortSignal
): Promise<Tag[]> {
  const tags: Tag[] = [];
  let NextToken: string | undefined;
  do {
    const page: ListTagsOutput = await client.call(
      'ListTags',
      { ResourceArn, NextToken },
      abortSignal
    );
    tags.push(...(page.Tags ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return tags;
}

/** A role and its jobs are of the same account. */
function accountOf(roleArn: string): string {
  const account = /^arn:[^:]+:iam::(\d{12}):/.exec(roleArn)?.[1];
  if (!account) {
    throw new StudioError({
      code: 'AccountUnknown',
      message: `The AWS account is not known, and “${roleArn}” is not the ARN of a role.`
    });
  }
  return account;
}
