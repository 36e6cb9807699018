import type {
  CodeRepositorySummary,
  CreateCodeRepositoryInput,
  DescribeDomainResponse,
  DescribeSpaceResponse,
  DescribeUserProfileResponse,
  JupyterLabAppSettings,
  ListCodeRepositoriesOutput
} from '@aws-sdk/client-sagemaker';

import { MOST_REPOSITORIES, isAttachable } from '../core/codeRepositories';
import { field } from '../core/context';
import { StudioError } from '../core/errors';
import { known } from '../core/known';
import type {
  IAwsCall,
  ICodeRepository,
  IContext,
  IRepositoriesApi,
  IRepositoryListChange,
  IStudioContext,
  ISuggestedRepositories,
  Known,
  RepositoryLevel
} from '../tokens';
import { cliCommand } from './cliCommand';
import type { JsonClient, Wire } from './json';
import { regionOf } from './region';
import { toRepositories } from './spaceConvert';
import { domainOf, spaceOf } from './spaces';

/** What {@link RepositoriesApi} is made of. */
export interface IRepositoriesApiOptions {
  context: IStudioContext;
  sagemaker: JsonClient;
}

/** Whose settings hold for this JupyterLab. */
interface IOwner {
  isShared: boolean;
  /** The owner's user profile; none in a shared space. */
  profile?: string;
}

/** Repositories that the space, its owner's profile, the domain and the account suggest. */
export class RepositoriesApi implements IRepositoriesApi {
  constructor(private readonly _options: IRepositoriesApiOptions) {}

  async suggested(signal?: AbortSignal): Promise<ISuggestedRepositories> {
    const context = await this._options.context.get();
    const space = known(() => this._space(context, signal));
    const owner = space.then(found => ownerOf(context, found));
    const [ownSpace, profile, domain, account] = await Promise.all([
      space,
      owner.then(({ isShared, profile }) =>
        isShared ? null : known(() => this._profile(context, profile, signal))
      ),
      known(() => this._domain(context, signal)),
      known(() => this._account(signal))
    ]);
    const { isShared } = await owner;
    return {
      space: urls(ownSpace, found => found.SpaceSettings),
      profile: profile && urls(profile, found => found.UserSettings),
      domain: urls(domain, found =>
        isShared ? found.DefaultSpaceSettings : found.DefaultUserSettings
      ),
      account
    };
  }

  async update(
    level: RepositoryLevel,
    change: IRepositoryListChange
  ): Promise<void> {
    const { operation, input } = await this._updateCall(level, change);
    await this._options.sagemaker.call(operation, input);
  }

  async updateCommand(
    level: RepositoryLevel,
    change: IRepositoryListChange
  ): Promise<string> {
    return this._command(await this._updateCall(level, change));
  }

  async register(repository: ICodeRepository): Promise<void> {
    const { operation, input } = registerCall(repository);
    await this._options.sagemaker.call(operation, input);
  }

  async registerCommand(repository: ICodeRepository): Promise<string> {
    return this._command(registerCall(repository));
  }

  private async _command(call: IAwsCall): Promise<string> {
    return cliCommand(call, regionOf(await this._options.context.get()));
  }

  /**
   * Read, modify, write: sub-objects are replaced, not merged.
   *
   * @throws StudioError - also where the present settings can't be read, as writing would lose
   * them.
   */
  private async _updateCall(
    level: RepositoryLevel,
    change: IRepositoryListChange
  ): Promise<IAwsCall> {
    const context = await this._options.context.get();
    const DomainId = domainOf(context);
    const space = await known(() => this._space(context));
    const { isShared, profile } = ownerOf(context, space);
    if (level === 'profile') {
      const found = await this._profile(context, profile);
      return sagemaker('UpdateUserProfile', {
        DomainId,
        UserProfileName: found.UserProfileName ?? profile,
        UserSettings: changed(found.UserSettings, change)
      });
    }
    const found = await this._domain(context);
    return sagemaker('UpdateDomain', {
      DomainId,
      ...(isShared
        ? { DefaultSpaceSettings: changed(found.DefaultSpaceSettings, change) }
        : { DefaultUserSettings: changed(found.DefaultUserSettings, change) })
    });
  }

  private _space(
    context: IContext,
    signal?: AbortSignal
  ): Promise<Wire<DescribeSpaceResponse>> {
    return this._options.sagemaker.call(
      'DescribeSpace',
      { DomainId: domainOf(context), SpaceName: spaceOf(context) },
      signal
    );
  }

  private _profile(
    context: IContext,
    UserProfileName: string | undefined,
    signal?: AbortSignal
  ): Promise<Wire<DescribeUserProfileResponse>> {
    if (!UserProfileName) {
      throw new StudioError({
        code: 'ProfileUnknown',
        message:
          'Whose user profile this is, is not known: the owner of this space can’t be read, or it has none.'
      });
    }
    return this._options.sagemaker.call(
      'DescribeUserProfile',
      { DomainId: domainOf(context), UserProfileName },
      signal
    );
  }

  private _domain(
    context: IContext,
    signal?: AbortSignal
  ): Promise<Wire<DescribeDomainResponse>> {
    return this._options.sagemaker.call(
      'DescribeDomain',
      { DomainId: domainOf(context) },
      signal
    );
  }

  private async _account(signal?: AbortSignal): Promise<ICodeRepository[]> {
    const rows = await this._options.sagemaker.collect(
      'ListCodeRepositories',
      { SortBy: 'Name', SortOrder: 'Ascending' },
      (page: Wire<ListCodeRepositoriesOutput>) =>
        page.CodeRepositorySummaryList,
      signal
    );
    return rows.flatMap(toCodeRepository);
  }
}

function toCodeRepository(row: Wire<CodeRepositorySummary>): ICodeRepository[] {
  const { RepositoryUrl, Branch, SecretArn } = row.GitConfig ?? {};
  return RepositoryUrl
    ? [
        {
          name: row.CodeRepositoryName ?? '',
          url: RepositoryUrl,
          branch: Branch,
          secretArn: SecretArn
        }
      ]
    : [];
}

/** The profile of a private space's owner; where the space can't be read, the app's. */
function ownerOf(
  context: IContext,
  space: Known<Wire<DescribeSpaceResponse>>
): IOwner {
  const sharing =
    space.value?.SpaceSharingSettings?.SharingType ??
    field(context, 'spaceType');
  return sharing?.toLowerCase() === 'shared'
    ? { isShared: true }
    : {
        isShared: false,
        profile:
          space.value?.OwnershipSettings?.OwnerUserProfileName ??
          field(context, 'userProfileName')
      };
}

type LabSettings = { JupyterLabAppSettings?: JupyterLabAppSettings };

function urls<T>(
  found: Known<T>,
  settingsOf: (found: T) => LabSettings | undefined
): Known<string[]> {
  return 'reason' in found
    ? found
    : {
        value: toRepositories(
          settingsOf(found.value)?.JupyterLabAppSettings?.CodeRepositories
        )
      };
}

/** The whole of the settings for JupyterLab, with the changed list in its place. */
function changed(
  settings: LabSettings | undefined,
  { add, remove }: IRepositoryListChange
): LabSettings {
  const lab = settings?.JupyterLabAppSettings;
  const kept = toRepositories(lab?.CodeRepositories).filter(
    url => !remove.includes(url)
  );
  const list = [...new Set([...kept, ...add])];
  const foreign = add.find(url => !isAttachable(url));
  if (foreign !== undefined) {
    throw invalid(
      `SageMaker takes only https:// addresses without port, user name or special characters, not “${foreign}”.`
    );
  }
  if (list.length > MOST_REPOSITORIES && add.length > 0) {
    throw invalid(
      `SageMaker takes at most ${MOST_REPOSITORIES} repositories in one list; detach another one first.`
    );
  }
  return {
    JupyterLabAppSettings: {
      ...lab,
      CodeRepositories: list.map(RepositoryUrl => ({ RepositoryUrl }))
    }
  };
}

function invalid(message: string): StudioError {
  return new StudioError({ code: 'InvalidInput', message });
}

function registerCall(repository: ICodeRepository): IAwsCall {
  const { name, url, branch, secretArn } = repository;
  const input: CreateCodeRepositoryInput = {
    CodeRepositoryName: name,
    GitConfig: {
      RepositoryUrl: url,
      ...(branch && { Branch: branch }),
      ...(secretArn && { SecretArn: secretArn })
    }
  };
  return sagemaker('CreateCodeRepository', { ...input });
}

function sagemaker(
  operation: string,
  input: Record<string, unknown>
): IAwsCall {
  return { service: 'sagemaker', operation, input };
}
