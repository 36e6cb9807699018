import { latest } from '../core/loadable';
import type { Loadable } from '../core/loadable';
import { toStudioError } from '../core/errors';
import type {
  IJobChoice,
  IJobImageChoice,
  IJobNetworkPart,
  IJobOptionsApi,
  IJobSurroundings,
  Known
} from '../tokens';

/** What is read once somebody may want to choose it. */
export interface IChoices {
  images: Known<IJobImageChoice[]>;
  roles: Known<IJobChoice[]>;
  keys: Known<IJobChoice[]>;
  secrets: Known<IJobChoice[]>;
  subnets: Known<IJobNetworkPart[]>;
  securityGroups: Known<IJobNetworkPart[]>;
}

/** What there is to choose from in a form; each list is read when it is first wanted. */
export class FormChoices {
  constructor(
    private readonly _api: IJobOptionsApi,
    private readonly _changed: () => void
  ) {}

  /** What holds where nothing is chosen. */
  get surroundings(): IJobSurroundings | undefined {
    return latest(this._surroundings);
  }

  /** Read what holds where nothing is chosen; never rejects. */
  async readSurroundings(): Promise<void> {
    this._surroundings = { phase: 'loading' };
    try {
      this._surroundings = {
        phase: 'ready',
        value: await this._api.surroundings(),
        at: Date.now()
      };
    } catch (thrown) {
      // The submission says what is wrong; until then nothing can be shown as default.
      this._surroundings = { phase: 'failed', error: toStudioError(thrown) };
    }
    this._changed();
  }

  /** A list, as far as it was read. */
  get<Name extends keyof IChoices>(name: Name): IChoices[Name] | undefined {
    return this._lists[name];
  }

  /** Read lists that are not there yet; what was denied is asked for again. */
  load(...names: (keyof IChoices)[]): void {
    for (const name of names) {
      const known = this._lists[name];
      if (!this._loading.has(name) && (!known || 'reason' in known)) {
        this._loading.add(name);
        void this._load(name).finally(() => this._loading.delete(name));
      }
    }
  }

  private async _load<Name extends keyof IChoices>(name: Name): Promise<void> {
    try {
      this._lists[name] = await this._read[name]();
      this._changed();
    } catch {
      // Aborted: nobody looks any more.
    }
  }

  private get _vpcId(): string | undefined {
    const network = this.surroundings?.network;
    return network && !('reason' in network) ? network.value.vpcId : undefined;
  }

  private readonly _read: {
    [Name in keyof IChoices]: () => Promise<IChoices[Name]>;
  } = {
    images: () => this._api.images(),
    roles: () => this._api.roles(),
    keys: () => this._api.keys(),
    secrets: () => this._api.secrets(),
    subnets: () => this._api.subnets(this._vpcId),
    securityGroups: () => this._api.securityGroups(this._vpcId)
  };
  private readonly _lists: Partial<IChoices> = {};
  private readonly _loading = new Set<keyof IChoices>();
  private _surroundings: Loadable<IJobSurroundings> = { phase: 'idle' };
}
