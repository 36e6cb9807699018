import type {
  CreatePresignedDomainUrlResponse,
  DescribeAppResponse,
  DescribeDomainResponse,
  DescribeSpaceResponse,
  DescribeUserProfileResponse,
  ListAppsResponse,
  ListSpacesResponse,
  UserSettings
} from '@aws-sdk/client-sagemaker';

import { field, requireField } from '../core/context';
import { StudioError } from '../core/errors';
import { known } from '../core/known';
import type {
  IContext,
  INewSpace,
  ISpace,
  ISpaceApp,
  ISpaceImage,
  ISpaceRules,
  ISpacesApi,
  ISpaceSummary,
  IStudioContext,
  Known
} from '../tokens';
import type { JsonClient, Wire } from './json';
import { regionOf } from './region';
import {
  APP_NAME,
  APP_TYPE,
  fromResourceSpec,
  toApp,
  toRules,
  toSpace,
  toSummary
} from './spaceConvert';

/** Milliseconds for which what administrators set is not asked for again. */
const SETTINGS_AGE = 30_000;

/** What {@link SpacesApi} is made of. */
export interface ISpacesApiOptions {
  context: IStudioContext;
  sagemaker: JsonClient;
  logs: JsonClient;
}

/** What administrators set for a space: the domain, and its owner's profile. */
export interface ISettings {
  domain: Wire<DescribeDomainResponse>;
  profile?: UserSettings;
}

/** Spaces and apps of the domain this JupyterLab belongs to. */
export class SpacesApi implements ISpacesApi {
  constructor(private readonly _options: ISpacesApiOptions) {}

  async list(abortSignal?: AbortSignal): Promise<ISpaceSummary[]> {
    const { sagemaker, context } = this._options;
    const filter = { DomainIdEquals: domainOf(await context.get()) };
    const [spaces, apps] = await Promise.all([
      sagemaker.collect(
        'ListSpaces',
        filter,
        (page: Wire<ListSpacesResponse>) => page.Spaces,
        abortSignal
      ),
      sagemaker.collect(
        'ListApps',
        filter,
        (page: Wire<ListAppsResponse>) => page.Apps,
        abortSignal
      )
    ]);
    const running = new Map<string, ISpaceApp>();
    for (const details of apps) {
      const app = toApp(details);
      if (app?.spaceName && app.type === APP_TYPE) {
        running.set(app.spaceName, app);
      }
    }
    return spaces
      .map(space => toSummary(space, running.get(space.SpaceName ?? '')))
      .filter(({ appType }) => appType === APP_TYPE);
  }

  async describe(name?: string, abortSignal?: AbortSignal): Promise<ISpace> {
    const context = await this._options.context.get();
    const input = {
      DomainId: domainOf(context),
      SpaceName: name ?? spaceOf(context)
    };
    return toSpace(
      await this._options.sagemaker.call<Wire<DescribeSpaceResponse>>(
        'DescribeSpace',
        input,
        abortSignal
      )
    );
  }

  async app(
    name?: string,
    abortSignal?: AbortSignal
  ): Promise<ISpaceApp | null> {
    const context = await this._options.context.get();
    const input = {
      DomainId: domainOf(context),
      SpaceName: name ?? spaceOf(context),
      AppType: APP_TYPE,
      AppName: APP_NAME
    };
    try {
      return toApp(
        await this._options.sagemaker.call<Wire<DescribeAppResponse>>(
          'DescribeApp',
          input,
          abortSignal
        )
      );
    } catch (error) {
      // The app of a space that was stopped long ago is gone altogether.
      if (error instanceof StudioError && error.code === 'ResourceNotFound') {
        return null;
      }
      throw error;
    }
  }

  rules(space: ISpace): Promise<Known<ISpaceRules>> {
    return known(async () => {
      const { domain, profile } = await this.settings(space);
      return toRules(domain, profile, space.sharing === 'Shared');
    });
  }

  images(abortSignal?: AbortSignal): Promise<Known<ISpaceImage[]>> {
    return known(async () => {
      const { readImages } = await import('./images');
      const { sagemaker } = this._options;
      const context = await this._options.context.get();
      const space = await this.describe(undefined, abortSignal);
      const { domain, profile } = await this.settings(space);
      return readImages(sagemaker, {
        region: regionOf(context),
        account: space.arn.split(':')[4],
        used: space.settings.spec.imageArn ?? field(context, 'imageArn'),
        attached: [profile, domain.DefaultUserSettings].flatMap(
          settings => settings?.JupyterLabAppSettings?.CustomImages ?? []
        ),
        abortSignal
      });
    });
  }

  async create(space: INewSpace): Promise<void> {
    const { sagemaker } = this._options;
    const owner = await this._person();
    const input = {
      DomainId: domainOf(await this._options.context.get()),
      SpaceName: space.name,
      OwnershipSettings: { OwnerUserProfileName: owner },
      SpaceSharingSettings: { SharingType: 'Private' },
      SpaceSettings: {
        AppType: APP_TYPE,
        JupyterLabAppSettings: {
          DefaultResourceSpec: fromResourceSpec(space.spec)
        },
        ...(space.volumeGb && {
          SpaceStorageSettings: {
            EbsStorageSettings: { EbsVolumeSizeInGb: space.volumeGb }
          }
        })
      }
    };
    await sagemaker.call('CreateSpace', input);
  }

  async remove(name: string): Promise<void> {
    const { sagemaker } = this._options;
    const input = {
      DomainId: domainOf(await this._options.context.get()),
      SpaceName: name
    };
    await sagemaker.call('DeleteSpace', input);
  }

  async open(name: string): Promise<string> {
    const { sagemaker } = this._options;
    const space = await this.describe(name);
    const { domain } = await this.settings(space);
    if (domain.AuthMode === 'SSO' && space.url) {
      // Domains with IAM Identity Center refuse presigned URLs (API reference, "DescribeSpace").
      return `${space.url}${space.url.includes('?') ? '&' : '?'}redirect=${APP_TYPE}`;
    }
    const input = {
      DomainId: space.domainId,
      UserProfileName:
        space.sharing === 'Private' && space.owner
          ? space.owner
          : await this._person(),
      SpaceName: name,
      LandingUri: `app:${APP_TYPE}:`
    };
    const { AuthorizedUrl } =
      await sagemaker.call<CreatePresignedDomainUrlResponse>(
        'CreatePresignedDomainUrl',
        input
      );
    return AuthorizedUrl ?? '';
  }

  async lifecycleLog(name: string, signal?: AbortSignal): Promise<string> {
    const { readLifecycleLog } = await import('./lifecycleLog');
    const { logs } = this._options;
    const domain = domainOf(await this._options.context.get());
    return readLifecycleLog(logs, domain, name, signal);
  }

  /** The user profile of the person: the app's, or the owner's of this space. */
  private async _person(): Promise<string> {
    const profile = field(await this._options.context.get(), 'userProfileName');
    const owner = profile ?? (await this.describe()).owner;
    if (!owner) {
      throw new StudioError({
        code: 'ProfileUnknown',
        message:
          'Whose user profile this is, is not known: this space has no owner. Set SAGEMAKER_USER_PROFILE_NAME for the JupyterLab server.'
      });
    }
    return owner;
  }

  /** Asked for at most once in a while: rules, images and file systems need the same. */
  settings(space: ISpace): Promise<ISettings> {
    const owner = space.sharing === 'Private' ? space.owner : undefined;
    const key = `${space.domainId}/${owner ?? ''}`;
    const last = this._lastSettings.get(key);
    if (last && Date.now() - last.at < SETTINGS_AGE) {
      return last.settings;
    }
    const settings = this._readSettings(space.domainId, owner);
    this._lastSettings.set(key, { at: Date.now(), settings });
    settings.catch(() => this._lastSettings.delete(key));
    return settings;
  }

  private async _readSettings(
    DomainId: string,
    UserProfileName: string | undefined
  ): Promise<ISettings> {
    const { sagemaker } = this._options;
    const [domain, profile] = await Promise.all([
      sagemaker.call<Wire<DescribeDomainResponse>>('DescribeDomain', {
        DomainId
      }),
      UserProfileName === undefined
        ? undefined
        : sagemaker.call<Wire<DescribeUserProfileResponse>>(
            'DescribeUserProfile',
            { DomainId, UserProfileName }
          )
    ]);
    return { domain, profile: profile?.UserSettings };
  }

  private readonly _lastSettings = new Map<
    string,
    { at: number; settings: Promise<ISettings> }
  >();
}

/** The domain, or an error that says how to name it. */
export function domainOf(context: IContext): string {
  return requireField(
    context,
    'domainId',
    'DomainUnknown',
    'Open this JupyterLab in a SageMaker Studio space, or set SAGEMAKER_DOMAIN_ID for the JupyterLab server.'
  );
}

/** The space, or an error that says how to name it. */
export function spaceOf(context: IContext): string {
  return requireField(
    context,
    'spaceName',
    'SpaceUnknown',
    'Open this JupyterLab in a SageMaker Studio space, or set SAGEMAKER_SPACE_NAME for the JupyterLab server.'
  );
}
