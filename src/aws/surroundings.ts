import type {
  DescribeAppResponse,
  DescribeDomainResponse,
  DescribeImageVersionResponse,
  DescribeSpaceResponse,
  DescribeUserProfileResponse,
  ListTagsOutput,
  Tag
} from '@aws-sdk/client-sagemaker';

import { field, requireField } from '../core/context';
import { StudioError } from '../core/errors';
import type { IContext } from '../tokens';
import type { JsonClient, Wire } from './json';
import { regionOf } from './region';
import { TAG, mergeTags } from './wire';

/** What a job needs to know of where it was submitted. */
export interface ISurroundings {
  region: string;
  roleArn: string;
  imageUri: string;
  /** The scheduler's default bucket. */
  bucket: string;
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
 * Find out what a submission needs; asks AWS only for what the server can't tell.
 *
 * @throws StudioError - `RegionUnknown`, `RoleUnknown`, `ImageUnknown`, `AccountUnknown` with what
 * to do, or AWS's own.
 */
export async function surroundingsOf(
  context: IContext,
  client: JsonClient
): Promise<ISurroundings> {
  const found = new Lookup(context, client);
  const region = regionOf(context);
  const [roleArn, imageUri, tags] = await Promise.all([
    found.roleArn(),
    found.imageUri(),
    found.tags()
  ]);
  const account = field(context, 'accountId') ?? accountOf(roleArn);
  return {
    region,
    roleArn,
    imageUri,
    bucket: `sagemaker-automated-execution-${account}-${region}`,
    tags
  };
}

/** Domain, space and profile, each asked for once and only if needed. */
class Lookup {
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

  /** The image this app runs, as the scheduler uses it for jobs. */
  async imageUri(): Promise<string> {
    const known = field(this._context, 'imageUri');
    if (known) {
      return known;
    }
    const arn = field(this._context, 'imageArn') ?? (await this._appImageArn());
    // arn:…:image/<name> or arn:…:image-version/<name>/<number>
    const match = /:image(?:-version)?\/([^/]+)(?:\/(\d+))?$/.exec(arn ?? '');
    const version =
      match &&
      (await this._client.call<Wire<DescribeImageVersionResponse>>(
        'DescribeImageVersion',
        {
          ImageName: match[1],
          ...(match[2] && { Version: Number(match[2]) })
        }
      ));
    return (
      version?.BaseImage ??
      requireField(
        this._context,
        'imageUri',
        'ImageUnknown',
        'A notebook job needs a container image; set SAGEMAKER_INTERNAL_IMAGE_URI for the JupyterLab server to the URI of a SageMaker Distribution image.'
      )
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
