import type {
  CustomImage,
  DescribeAppImageConfigResponse,
  ListImageVersionsResponse
} from '@aws-sdk/client-sagemaker';

import { StudioError } from '../core/errors';
import { known } from '../core/known';
import type {
  IJobBucket,
  IJobChoice,
  IJobImageChoice,
  IJobImageFacts,
  IJobKey,
  IJobNetworkPart,
  IJobOptionsApi,
  IJobRole,
  IJobSurroundings,
  IStudioContext,
  Known
} from '../tokens';
import type { Ec2Client } from './ec2';
import { items, text } from './ec2';
import type { JsonClient, Wire } from './json';
import type { QueryClient } from './query';
import { child, members } from './query';
import { regionOf } from './region';
import type { Objects } from './s3';
import { Lookup, baseImage, imageNameOf } from './surroundings';

const MAX_PAGES = 10;
/** Versions of each attached image that are offered. */
const VERSIONS = 5;
const SAGEMAKER = 'sagemaker.amazonaws.com';

/** What {@link JobOptionsApi} is made of. */
export interface IJobOptionsClients {
  context: IStudioContext;
  sagemaker: JsonClient;
  ecr: JsonClient;
  ec2: Ec2Client;
  iam: QueryClient;
  kms: JsonClient;
  objects: Objects;
  quotas: JsonClient;
  secrets: JsonClient;
}

/** Choices for jobs, and what they are worth. */
export class JobOptionsApi implements IJobOptionsApi {
  constructor(private readonly _clients: IJobOptionsClients) {}

  async surroundings(): Promise<IJobSurroundings> {
    const context = await this._clients.context.get();
    const found = new Lookup(context, this._clients.sagemaker);
    const region = regionOf(context);
    const [role, image, bucket, network, startupScripts] = await Promise.all([
      named(
        known(() => found.roleArn()),
        found.roleSource()
      ),
      known(async () => (await found.image()).uri),
      known(() => found.bucket(region)),
      known(() => found.network()),
      known(() => found.startupScripts())
    ]);
    return { region, role, image, bucket, network, startupScripts };
  }

  images(signal?: AbortSignal): Promise<Known<IJobImageChoice[]>> {
    return known(async () => {
      const attached = await (await this._lookup()).attachedImages();
      const names = new Map(
        attached.map((image): [string, CustomImage] => [
          image.ImageName ?? '',
          image
        ])
      );
      const found = await Promise.all(
        [...names.values()].map(image => this._versions(image, signal))
      );
      return found.flat();
    });
  }

  roles(signal?: AbortSignal): Promise<Known<IJobChoice[]>> {
    return known(async () => {
      const roles: IJobChoice[] = [];
      let marker = '';
      for (let page = 0; page < MAX_PAGES; page++) {
        const root = await this._clients.iam.call(
          'ListRoles',
          { MaxItems: '1000', ...(marker && { Marker: marker }) },
          signal
        );
        const answer = child(root, 'ListRolesResult') ?? root;
        for (const role of members(answer, 'Roles')) {
          if (trustedBy(role).includes(SAGEMAKER)) {
            roles.push({
              id: text(role, 'Arn') ?? '',
              name: text(role, 'RoleName') ?? ''
            });
          }
        }
        marker = text(answer, 'Marker') ?? '';
        if (text(answer, 'IsTruncated') !== 'true' || !marker) {
          break;
        }
      }
      return roles;
    });
  }

  keys(signal?: AbortSignal): Promise<Known<IJobChoice[]>> {
    return known(async () => {
      const keys: IJobChoice[] = [];
      let Marker: string | undefined;
      for (let page = 0; page < MAX_PAGES; page++) {
        const answer = await this._clients.kms.call<{
          Aliases?: { AliasName?: string; TargetKeyId?: string }[];
          Truncated?: boolean;
          NextMarker?: string;
        }>('ListAliases', { Limit: 100, ...(Marker && { Marker }) }, signal);
        for (const { AliasName = '', TargetKeyId } of answer.Aliases ?? []) {
          if (TargetKeyId && !AliasName.startsWith('alias/aws/')) {
            keys.push({ id: AliasName, name: TargetKeyId });
          }
        }
        Marker = answer.NextMarker;
        if (!answer.Truncated || !Marker) {
          break;
        }
      }
      return keys;
    });
  }

  secrets(signal?: AbortSignal): Promise<Known<IJobChoice[]>> {
    return known(async () => {
      const found = await this._clients.secrets.collect(
        'ListSecrets',
        {},
        (page: {
          SecretList?: { ARN?: string; Name?: string }[];
          NextToken?: string;
        }) => page.SecretList,
        signal
      );
      return found.map(({ ARN = '', Name = '' }) => ({ id: ARN, name: Name }));
    });
  }

  subnets(
    vpcId?: string,
    signal?: AbortSignal
  ): Promise<Known<IJobNetworkPart[]>> {
    return known(async () => {
      const found = await this._clients.ec2.describe(
        'DescribeSubnets',
        filterOf(vpcId),
        'subnetSet',
        signal
      );
      return found.map(item => ({
        id: text(item, 'subnetId') ?? '',
        name: [nameOf(item), text(item, 'availabilityZone')]
          .filter(Boolean)
          .join(' · '),
        vpcId: text(item, 'vpcId') ?? '',
        isPublic: text(item, 'mapPublicIpOnLaunch') === 'true'
      }));
    });
  }

  securityGroups(
    vpcId?: string,
    signal?: AbortSignal
  ): Promise<Known<IJobNetworkPart[]>> {
    return known(async () => {
      const found = await this._clients.ec2.describe(
        'DescribeSecurityGroups',
        filterOf(vpcId),
        'securityGroupInfo',
        signal
      );
      return found.map(item => ({
        id: text(item, 'groupId') ?? '',
        name: text(item, 'groupName') ?? '',
        vpcId: text(item, 'vpcId') ?? ''
      }));
    });
  }

  role(
    arn: string,
    signal?: AbortSignal
  ): Promise<Known<IJobRole | 'missing'>> {
    return knownOrMissing(async () => {
      const root = await this._clients.iam.call(
        'GetRole',
        { RoleName: arn.slice(arn.lastIndexOf('/') + 1) },
        signal
      );
      const answer = child(root, 'GetRoleResult') ?? root;
      const role = child(answer, 'Role');
      return { trusted: role ? trustedBy(role) : [] };
    });
  }

  bucket(
    name: string,
    signal?: AbortSignal
  ): Promise<Known<IJobBucket | 'missing'>> {
    const { objects } = this._clients;
    return knownOrMissing(async () => ({
      region: await objects.region(name, signal),
      encryption: await known(() => objects.encryption(name, signal))
    }));
  }

  key(id: string, signal?: AbortSignal): Promise<Known<IJobKey | 'missing'>> {
    return knownOrMissing(async () => {
      const { KeyMetadata = {} } = await this._clients.kms.call<{
        KeyMetadata?: {
          KeyState?: string;
          KeyUsage?: string;
          KeySpec?: string;
        };
      }>('DescribeKey', { KeyId: id }, signal);
      const { KeyState = '', KeyUsage = '', KeySpec = '' } = KeyMetadata;
      return { state: KeyState, usage: KeyUsage, spec: KeySpec };
    });
  }

  imageFacts(
    arn: string,
    signal?: AbortSignal
  ): Promise<Known<IJobImageFacts | 'missing'>> {
    return knownOrMissing(async () => {
      const name = imageNameOf(arn)?.name;
      const attached = await (await this._lookup()).attachedImages();
      const config = attached.find(
        ({ ImageName }) => ImageName === name
      )?.AppImageConfigName;
      if (!config) {
        return 'missing';
      }
      const { JupyterLabAppImageConfig: lab, KernelGatewayImageConfig } =
        await this._clients.sagemaker.call<
          Wire<DescribeAppImageConfigResponse>
        >('DescribeAppImageConfig', { AppImageConfigName: config }, signal);
      return {
        uid: lab?.FileSystemConfig?.DefaultUid ?? 1000,
        gid: lab?.FileSystemConfig?.DefaultGid ?? 100,
        kernels: (KernelGatewayImageConfig?.KernelSpecs ?? []).flatMap(
          ({ Name }) => Name ?? []
        )
      };
    });
  }

  imageExists(uri: string, signal?: AbortSignal): Promise<Known<boolean>> {
    return known(async () => {
      const match =
        /^(\d{12})\.dkr[^/]*\/([^:@]+)(?:@(sha256:\w+)|:([\w.-]+))?$/.exec(uri);
      const [, registryId, repositoryName, imageDigest, imageTag] = match ?? [];
      const image = imageDigest
        ? { imageDigest }
        : { imageTag: imageTag ?? 'latest' };
      try {
        await this._clients.ecr.call(
          'DescribeImages',
          { registryId, repositoryName, imageIds: [image] },
          signal
        );
        return true;
      } catch (error) {
        if (isMissing(error)) {
          return false;
        }
        throw error;
      }
    });
  }

  document(uri: string, signal?: AbortSignal): Promise<unknown> {
    return this._clients.objects.json(uri, signal);
  }

  quota(
    instanceType: string,
    isSpot: boolean,
    signal?: AbortSignal
  ): Promise<Known<number | 'missing'>> {
    return known(async () => {
      const name = `${instanceType} for ${isSpot ? 'spot ' : ''}training job usage`;
      const read = async (operation: string) =>
        (await this._quotas(operation, signal)).get(name);
      return (
        (await read('ListServiceQuotas')) ??
        // Quotas nobody has changed yet may be missing there (API reference, "ListServiceQuotas").
        (await read('ListAWSDefaultServiceQuotas')) ??
        'missing'
      );
    });
  }

  private async _quotas(
    operation: string,
    signal?: AbortSignal
  ): Promise<Map<string, number>> {
    const quotas = await this._clients.quotas.collect(
      operation,
      { ServiceCode: 'sagemaker' },
      (page: {
        Quotas?: { QuotaName?: string; Value?: number }[];
        NextToken?: string;
      }) => page.Quotas,
      signal
    );
    return new Map(
      quotas.map(({ QuotaName = '', Value = 0 }) => [QuotaName, Value])
    );
  }

  private async _lookup(): Promise<Lookup> {
    const context = await this._clients.context.get();
    return new Lookup(context, this._clients.sagemaker);
  }

  private async _versions(
    { ImageName = '', ImageVersionNumber }: CustomImage,
    signal?: AbortSignal
  ): Promise<IJobImageChoice[]> {
    const { sagemaker } = this._clients;
    const { ImageVersions = [] } = await sagemaker.call<
      Wire<ListImageVersionsResponse>
    >(
      'ListImageVersions',
      { ImageName, SortBy: 'VERSION', SortOrder: 'DESCENDING' },
      signal
    );
    const offered = ImageVersions.filter(
      ({ ImageVersionStatus, Version }) =>
        ImageVersionStatus === 'CREATED' &&
        // A version administrators chose is the only one.
        (ImageVersionNumber === undefined || Version === ImageVersionNumber)
    ).slice(0, VERSIONS);
    return Promise.all(
      offered.map(async ({ ImageVersionArn = '', Version }) => ({
        uri: (await baseImage(sagemaker, ImageVersionArn)) ?? '',
        arn: ImageVersionArn,
        name: `${ImageName} ${Version}`
      }))
    );
  }
}

/** Services a role's trust policy lets assume it; IAM writes the policy percent-encoded. */
function trustedBy(role: Element): string[] {
  const policy: unknown = parse(text(role, 'AssumeRolePolicyDocument'));
  const { Statement = [] } = (policy ?? {}) as {
    Statement?: IStatement | IStatement[];
  };
  return [Statement].flat().flatMap(({ Effect, Principal }) => {
    const services =
      Effect === 'Allow' && typeof Principal === 'object'
        ? Principal.Service
        : undefined;
    return services === undefined ? [] : [services].flat();
  });
}

interface IStatement {
  Effect?: string;
  Principal?: string | { Service?: string | string[] };
}

function parse(policy: string | undefined): unknown {
  try {
    return JSON.parse(decodeURIComponent(policy ?? ''));
  } catch {
    return undefined;
  }
}

function filterOf(vpcId: string | undefined): Record<string, string[]> {
  return vpcId ? { 'vpc-id': [vpcId] } : {};
}

function nameOf(item: Element): string | undefined {
  const tag = items(item, 'tagSet').find(each => text(each, 'key') === 'Name');
  return tag && text(tag, 'value');
}

function isMissing(error: unknown): boolean {
  return (
    error instanceof StudioError &&
    /^(NoSuch(Bucket|Entity)|NotFound|(Image|Repository)NotFound|ResourceNotFound)/.test(
      error.code
    )
  );
}

/** A reading where what does not exist is an answer, too. */
function knownOrMissing<T>(
  read: () => Promise<T | 'missing'>
): Promise<Known<T | 'missing'>> {
  return known(async () => {
    try {
      return await read();
    } catch (error) {
      if (isMissing(error)) {
        return 'missing';
      }
      throw error;
    }
  });
}

/** With who set it. */
async function named<T>(
  reading: Promise<Known<T>>,
  source: Promise<string | undefined>
): Promise<Known<T>> {
  const [found, by] = await Promise.all([reading, source]);
  return 'reason' in found ? found : { ...found, source: by };
}
