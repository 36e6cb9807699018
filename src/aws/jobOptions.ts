import type {
  CustomImage,
  ListImageVersionsResponse
} from '@aws-sdk/client-sagemaker';

import { known } from '../core/known';
import type {
  IJobChoice,
  IJobImageChoice,
  IJobNetworkPart,
  IJobOptionsApi,
  IJobSurroundings,
  Known
} from '../tokens';
import { items, text } from './ec2';
import { JobChecks, trustedBy } from './jobChecks';
import { baseImage } from './jobImages';
import type { Wire } from './json';
import { Lookup } from './lookup';
import { child, members } from './query';
import { regionOf } from './region';

const MAX_PAGES = 10;
/** Versions of each attached image that are offered. */
const VERSIONS = 5;
const SAGEMAKER = 'sagemaker.amazonaws.com';

/** Choices for jobs, and what they are worth. */
export class JobOptionsApi extends JobChecks implements IJobOptionsApi {
  async surroundings(): Promise<IJobSurroundings> {
    const context = await this.clients.context.get();
    const found = new Lookup(context, this.clients.sagemaker);
    const region = regionOf(context);
    const [role, image, bucket, network, startupScripts, sharing, domainKey] =
      await Promise.all([
        known(() => found.role()),
        known(async () => {
          const { uri, source, variables } = await found.image();
          return { value: uri, source, variables };
        }),
        known(() => found.bucket(region)),
        known(() => found.network(vpcId => this._defaultGroup(vpcId))),
        known(() => found.startupScripts()),
        known(() => found.sharing()),
        known(() => found.domainKey())
      ]);
    return {
      region,
      role,
      image,
      bucket,
      network,
      startupScripts,
      sharing,
      domainKey
    };
  }

  images(signal?: AbortSignal): Promise<Known<IJobImageChoice[]>> {
    return known(async () => {
      const attached = await (await this.lookup()).attachedImages();
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
        const root = await this.clients.iam.call(
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
        const answer = await this.clients.kms.call<{
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
      const found = await this.clients.secrets.collect(
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
      const found = await this.clients.ec2.describe(
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
      const found = await this.clients.ec2.describe(
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

  document(uri: string, signal?: AbortSignal): Promise<unknown> {
    return this.clients.objects.json(uri, signal);
  }

  /** The security group every VPC has; AWS's scheduler, too, takes it where no other is named. */
  private async _defaultGroup(vpcId: string): Promise<string | undefined> {
    const groups = await this.securityGroups(vpcId);
    return 'reason' in groups
      ? undefined
      : groups.value.find(({ name }) => name === 'default')?.id;
  }

  private async _versions(
    { ImageName = '', ImageVersionNumber }: CustomImage,
    signal?: AbortSignal
  ): Promise<IJobImageChoice[]> {
    const { sagemaker } = this.clients;
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

function filterOf(vpcId: string | undefined): Record<string, string[]> {
  return vpcId ? { 'vpc-id': [vpcId] } : {};
}

function nameOf(item: Element): string | undefined {
  const tag = items(item, 'tagSet').find(each => text(each, 'key') === 'Name');
  return tag && text(tag, 'value');
}
