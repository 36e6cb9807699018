import type {
  CustomImage,
  DescribeAppResponse,
  ResourceSpec,
  Tag
} from '@aws-sdk/client-sagemaker';

import { field, requireField } from '../core/context';
import { StudioError } from '../core/errors';
import type {
  IContext,
  IJobNetwork,
  IJobScript,
  IJobSetting,
  ISettingSource
} from '../tokens';
import { baseImage, jobImage } from './jobImages';
import type { JsonClient, Wire } from './json';
import { StudioSettings, ownerOf } from './studioSettings';
import { listTags } from './tags';
import { TAG, imageOf, mergeTags } from './wire';
import type { IJobImage } from './wire';

/** The app itself, as far as the server knows. */
const APP: ISettingSource = { level: 'app', name: '' };

/** What holds for a job where nothing is chosen; asks AWS only for what the server does not know. */
export class Lookup {
  constructor(
    private readonly _context: IContext,
    private readonly _client: JsonClient
  ) {
    this._settings = new StudioSettings(_context, _client);
  }

  /** The role apps have, and who set it. */
  async role(): Promise<IJobSetting> {
    const known = field(this._context, 'executionRoleArn');
    if (known) {
      return { value: known, source: APP };
    }
    if (!this._settings.domainId) {
      return {
        value: requireField(
          this._context,
          'executionRoleArn',
          'RoleUnknown',
          'A notebook job runs with an execution role; open this JupyterLab in a SageMaker Studio space, which has one, or set SAGEMAKER_ROLE_ARN for the JupyterLab server.'
        ),
        source: APP
      };
    }
    const layers = await this._settings.layers();
    for (const { source, settings } of layers) {
      if (settings.ExecutionRole) {
        return { value: settings.ExecutionRole, source };
      }
    }
    // A space may have been set up before its domain had settings for shared spaces.
    const { DefaultUserSettings, DefaultSpaceSettings } =
      await this._settings.domain();
    const value =
      DefaultUserSettings?.ExecutionRole ?? DefaultSpaceSettings?.ExecutionRole;
    if (!value) {
      throw new StudioError({
        code: 'RoleUnknown',
        message: `Neither the user profile nor the domain ${this._settings.domainId} has an execution role. Ask your administrator to set one.`
      });
    }
    return { value, source: layers[layers.length - 1].source };
  }

  /** The own account's id, that of the role where no other is known. */
  async account(): Promise<string> {
    return (
      field(this._context, 'accountId') ?? accountOf((await this.role()).value)
    );
  }

  /** The scheduler's default bucket. */
  async bucket(region: string): Promise<string> {
    return bucketOf(await this.account(), region);
  }

  /** The scheduler's default bucket, with the account of a role where no other is known. */
  bucketOf(roleArn: string, region: string): string {
    return bucketOf(
      field(this._context, 'accountId') ?? accountOf(roleArn),
      region
    );
  }

  /**
   * The network of the domain, with the security groups of profile and domain: as AWS's scheduler
   * puts them together.
   *
   * @param defaultGroup - finds the group a VPC has by itself, which holds where nobody named one.
   */
  async network(
    defaultGroup: (vpcId: string) => Promise<string | undefined>
  ): Promise<IJobNetwork> {
    const [domain, layers] = await Promise.all([
      this._settings.domain(),
      this._settings.layers()
    ]);
    // The domain's groups come first, as everybody has them.
    const named = [...layers]
      .reverse()
      .flatMap(({ settings }) => settings.SecurityGroups ?? []);
    const groups =
      named.length === 0 && domain.VpcId
        ? [await defaultGroup(domain.VpcId)].flatMap(id => id ?? [])
        : named;
    return {
      vpcId: domain.VpcId,
      subnets: domain.SubnetIds ?? [],
      securityGroupIds: [...new Set(groups)],
      isVpcOnly: domain.AppNetworkAccessType === 'VpcOnly'
    };
  }

  /** Lifecycle configurations of JupyterLab: what apps run by themselves first. */
  async startupScripts(): Promise<IJobScript[]> {
    const [specs, layers] = await Promise.all([
      this._settings.resourceSpecs(),
      this._settings.layers()
    ]);
    const found = [
      ...specs.map(({ source, spec }) => ({
        source,
        arns: spec.LifecycleConfigArn ? [spec.LifecycleConfigArn] : []
      })),
      ...layers.map(({ source, settings }) => ({
        source,
        arns: settings.JupyterLabAppSettings?.LifecycleConfigArns ?? []
      }))
    ].flatMap(({ source, arns }) =>
      arns.map(arn => ({
        arn,
        name: arn.slice(arn.lastIndexOf('/') + 1),
        source
      }))
    );
    return found.filter(
      ({ arn }, index) => found.findIndex(each => each.arn === arn) === index
    );
  }

  /**
   * Where administrators let people share what notebooks put out.
   *
   * #### Notes
   * To be offered, not to be taken: they named it for snapshots of notebooks, and jobs have a
   * bucket of their own, as in AWS's scheduler.
   */
  async sharing(): Promise<{ places: IJobSetting[]; keys: IJobSetting[] }> {
    const layers = await this._settings.layers();
    const pick = (name: 'S3OutputPath' | 'S3KmsKeyId') =>
      layers.flatMap(({ source, settings }) => {
        const value = settings.SharingSettings?.[name];
        return value ? [{ value, source }] : [];
      });
    return { places: pick('S3OutputPath'), keys: pick('S3KmsKeyId') };
  }

  /** The key of an administrator the domain's own volume is encrypted with. */
  async domainKey(): Promise<IJobSetting | null> {
    const { KmsKeyId, DomainId = '' } = await this._settings.domain();
    return KmsKeyId
      ? { value: KmsKeyId, source: { level: 'domain', name: DomainId } }
      : null;
  }

  /** The image this app runs, as the scheduler uses it for jobs. */
  async image(): Promise<IJobImage & { source: ISettingSource }> {
    const known = field(this._context, 'imageUri');
    if (known) {
      return { ...imageOf(known), source: APP };
    }
    const found = await this._imageHere();
    const uri =
      found?.uri ??
      requireField(
        this._context,
        'imageUri',
        'ImageUnknown',
        'A notebook job needs a container image; set SAGEMAKER_INTERNAL_IMAGE_URI for the JupyterLab server to the URI of a SageMaker Distribution image.'
      );
    return {
      ...(await this.imageWithArn(uri, found?.arn)),
      source: found?.source ?? APP
    };
  }

  /** With user and home of the image's configuration, if administrators attached one. */
  imageWithArn(uri: string, arn?: string): Promise<IJobImage> {
    return jobImage(this._client, uri, arn, () => this.attachedImages());
  }

  /** Images administrators attached to JupyterLab, for the profile first. */
  async attachedImages(): Promise<CustomImage[]> {
    if (!this._settings.domainId) {
      return [];
    }
    return (await this._settings.layers()).flatMap(
      ({ settings }) => settings.JupyterLabAppSettings?.CustomImages ?? []
    );
  }

  /** Owner, and the tags of space and profile: they carry cost centres and access rules. */
  async tags(): Promise<Tag[]> {
    const owner = ownerOf(this._context);
    if (!owner || !this._settings.domainId) {
      return this._domainTags();
    }
    const [space, profile] = await Promise.all([
      owner.tag === TAG.spaceName ? this._settings.space() : undefined,
      this._settings.profile()
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
    const { domainId } = this._settings;
    return this._context.mode === 'account' && domainId
      ? [{ Key: TAG.domainName, Value: domainId }]
      : [];
  }

  /** That of the running app, else the one its space, profile or domain begins with. */
  private async _imageHere(): Promise<
    { uri: string; arn: string; source: ISettingSource } | undefined
  > {
    const given = field(this._context, 'imageArn');
    const running = given
      ? { SageMakerImageVersionArn: given }
      : await this._appSpec();
    const specs = [
      ...(running ? [{ source: APP, spec: running }] : []),
      ...(!given && this._settings.domainId
        ? await this._settings.resourceSpecs()
        : [])
    ];
    for (const { source, spec } of specs) {
      const arn = spec.SageMakerImageVersionArn ?? spec.SageMakerImageArn;
      const uri =
        arn &&
        (await unlessMissing(
          baseImage(this._client, arn, spec.SageMakerImageVersionAlias)
        ));
      if (arn && uri) {
        return { uri, arn, source };
      }
    }
    return undefined;
  }

  private async _appSpec(): Promise<Wire<ResourceSpec> | undefined> {
    const SpaceName = field(this._context, 'spaceName');
    const { domainId } = this._settings;
    if (!domainId || !SpaceName) {
      return undefined;
    }
    // Seen from a laptop, the app of the space need not run.
    const app = await unlessMissing(
      this._client.call<Wire<DescribeAppResponse>>('DescribeApp', {
        DomainId: domainId,
        SpaceName,
        AppType: field(this._context, 'appType') ?? 'JupyterLab',
        AppName: field(this._context, 'appName') ?? 'default'
      })
    );
    return app?.ResourceSpec;
  }

  private readonly _settings: StudioSettings;
}

/** An answer, or undefined where AWS says that there is no such thing. */
async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof StudioError && error.code === 'ResourceNotFound') {
      return undefined;
    }
    throw error;
  }
}

function bucketOf(account: string, region: string): string {
  return `sagemaker-automated-execution-${account}-${region}`;
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
