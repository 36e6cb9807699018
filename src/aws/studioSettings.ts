import type {
  DescribeDomainResponse,
  DescribeSpaceResponse,
  DescribeUserProfileResponse,
  ResourceSpec,
  UserSettings
} from '@aws-sdk/client-sagemaker';

import { field, requireField } from '../core/context';
import type { IContext, ISettingSource } from '../tokens';
import type { JsonClient, Wire } from './json';
import { TAG } from './wire';

/** Settings of one level, with whose they are. */
export interface ISettingsLayer {
  source: ISettingSource;
  settings: Wire<UserSettings>;
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

/** What domain, profile and space say; each is asked for once and only if needed. */
export class StudioSettings {
  constructor(
    private readonly _context: IContext,
    private readonly _client: JsonClient
  ) {}

  get domainId(): string | undefined {
    return field(this._context, 'domainId');
  }

  domain(): Promise<Wire<DescribeDomainResponse>> {
    return (this._domainCall ??= this._client.call('DescribeDomain', {
      DomainId: this._needDomain()
    }));
  }

  /** The space this JupyterLab runs in or is configured for. */
  async space(): Promise<Wire<DescribeSpaceResponse> | undefined> {
    const SpaceName = field(this._context, 'spaceName');
    return SpaceName && this.domainId
      ? (this._spaceCall ??= this._client.call('DescribeSpace', {
          DomainId: this.domainId,
          SpaceName
        }))
      : undefined;
  }

  /** The app's profile, or that of the owner of a space. */
  profile(): Promise<Wire<DescribeUserProfileResponse> | undefined> {
    return (this._profileCall ??= this._describeProfile());
  }

  /**
   * What holds for apps, the nearest first.
   *
   * #### Notes
   * Profiles count in private spaces only; shared ones have settings of the domain of their own
   * (API reference, "UserSettings", "DefaultSpaceSettings").
   */
  async layers(): Promise<ISettingsLayer[]> {
    const [domain, space] = await Promise.all([
      this.domain(),
      field(this._context, 'userProfileName') ? undefined : this.space()
    ]);
    const ofDomain: ISettingSource = {
      level: 'domain',
      name: this._needDomain()
    };
    if (space?.SpaceSharingSettings?.SharingType === 'Shared') {
      return [
        { source: ofDomain, settings: domain.DefaultSpaceSettings ?? {} }
      ];
    }
    const profile = await this.profile();
    return [
      ...(profile?.UserSettings
        ? [
            {
              source: {
                level: 'profile' as const,
                name: profile.UserProfileName ?? ''
              },
              settings: profile.UserSettings
            }
          ]
        : []),
      { source: ofDomain, settings: domain.DefaultUserSettings ?? {} }
    ];
  }

  /** What JupyterLab starts with where nobody chooses: of the space itself first. */
  async resourceSpecs(): Promise<
    { source: ISettingSource; spec: Wire<ResourceSpec> }[]
  > {
    const [space, layers] = await Promise.all([this.space(), this.layers()]);
    const own = {
      source: { level: 'space' as const, name: space?.SpaceName ?? '' },
      settings: space?.SpaceSettings ?? {}
    };
    return [own, ...layers].flatMap(({ source, settings }) => {
      const spec = settings.JupyterLabAppSettings?.DefaultResourceSpec;
      return spec ? [{ source, spec }] : [];
    });
  }

  private _needDomain(): string {
    return requireField(
      this._context,
      'domainId',
      'DomainUnknown',
      'Open this JupyterLab in a SageMaker Studio space, or set SAGEMAKER_DOMAIN_ID for the JupyterLab server.'
    );
  }

  private async _describeProfile() {
    const UserProfileName =
      field(this._context, 'userProfileName') ??
      (await this.space())?.OwnershipSettings?.OwnerUserProfileName;
    return UserProfileName === undefined
      ? undefined
      : this._client.call<Wire<DescribeUserProfileResponse>>(
          'DescribeUserProfile',
          { DomainId: this.domainId, UserProfileName }
        );
  }

  private _domainCall?: Promise<Wire<DescribeDomainResponse>>;
  private _spaceCall?: Promise<Wire<DescribeSpaceResponse>>;
  private _profileCall?: Promise<Wire<DescribeUserProfileResponse> | undefined>;
}
