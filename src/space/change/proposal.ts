import type { TranslationBundle } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { field, ownSpace } from '../../core/context';
import type { StudioError } from '../../core/errors';
import { isAborted, toStudioError } from '../../core/errors';
import type {
  IContext,
  IFileSystemRef,
  IInstanceQuota,
  ISageMakerGateway,
  ISpaceDraft,
  IStudioContext,
  Known
} from '../../tokens';
import type { IInstanceFacts } from '../instanceTypes';
import type { IChangeSettings } from './api';
import { chooseExecutor } from './executors';
import type { IExecutorChoice } from './executors';
import type { LabFacts } from './facts';
import { settled } from './facts';
import type { IFinding, ILabFacts, IPreflightFacts } from './findings';
import type { ChangeHistory } from './history';
import { differences, makePlan } from './plan';
import type { IPlan, IPlanFacts, Purpose } from './plan';
import { isReady, preflight } from './preflight';
import type { ChoosableFacts } from './settingWords';
import { presentSettings } from './settings';
import { alternativeTo, verbOf } from './words';

/** What a change asks of AWS. */
export type ChangeGateway = Pick<
  ISageMakerGateway,
  'fileSystems' | 'instances' | 'spaces' | 'stateMachines'
>;

/** What a proposal is made of. */
export interface IProposalOptions {
  draft: ISpaceDraft;
  /** What the person came to change, so that its field gets the focus. */
  focus?: keyof ISpaceDraft;
  purpose: Purpose;
  /** The space by name; undefined for the one this JupyterLab runs in or works for. */
  spaceName: string | undefined;
  gateway: ChangeGateway;
  context: IStudioContext;
  lab: LabFacts;
  history: ChangeHistory;
  settings: IChangeSettings;
  instanceFacts: () => Promise<ReadonlyMap<string, IInstanceFacts>>;
  trans: TranslationBundle;
  locale?: string;
}

/** What can be chosen in the dialog. */
export interface IProposalChoices {
  saveAll: boolean;
  waitForCells: boolean;
  fallbacks: readonly string[];
}

/** What was read of AWS once, when the dialog opened. */
interface IRead {
  context: IContext;
  aws: IPlanFacts;
  machine: Known<string>;
  types: string[];
}

/**
 * A change on its way to being confirmed: the plan, how it will be carried out, what stands in its
 * way, and what was chosen.
 */
export class Proposal {
  constructor(private readonly _options: IProposalOptions) {
    const { settings, lab } = _options;
    this._choices = {
      saveAll: true,
      waitForCells: false,
      fallbacks: settings.fallbacks
    };
    this._draft = _options.draft;
    this._lab = { documents: lab.documents() };
  }

  /** Emitted at each change. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** What is wanted, as far as it is different from what is. */
  get draft(): ISpaceDraft {
    return this._read
      ? differences(
          this._draft,
          presentSettings(this._read.aws.space, this._read.aws.app)
        )
      : this._draft;
  }

  get focus(): keyof ISpaceDraft | undefined {
    return this._options.focus;
  }

  /** What there is to choose from. */
  get choosable(): ChoosableFacts & { types: string[] } {
    const { aws, types = [] } = this._read ?? {};
    const unknown = { value: null, reason: '' };
    return {
      types,
      rules: aws?.rules ?? unknown,
      images: aws?.images ?? unknown,
      fileSystemNames: this._fileSystemNames
    };
  }

  get purpose(): Purpose {
    return this._options.purpose;
  }

  /** Why there is no plan. */
  get error(): StudioError | null {
    return this._error;
  }

  /** The plan, once AWS has said what is. */
  get plan(): IPlan | null {
    return this._plan;
  }

  get executor(): IExecutorChoice | null {
    return this._executor;
  }

  get findings(): readonly IFinding[] {
    return this._findings;
  }

  get choices(): IProposalChoices {
    return this._choices;
  }

  get ticked(): ReadonlySet<string> {
    return this._ticked;
  }

  get facts(): IPreflightFacts {
    const context = this._read?.context;
    return {
      ...this._lab,
      isOwn: this.isOwn,
      appName: context && field(context, 'appName'),
      userProfile: context && field(context, 'userProfileName'),
      quotas: this._quotas,
      types: this._read?.types,
      now: new Date()
    };
  }

  /** Whether it is about this JupyterLab's own space. */
  get isOwn(): boolean {
    const context = this._read?.context;
    return context !== undefined && isOwnSpace(this._nameIn(context), context);
  }

  /** The Jupyter server that runs now. */
  get bootId(): string {
    return this._read?.context.bootId ?? '';
  }

  /** ARN of the state machine, if there is one. */
  get machineArn(): string | undefined {
    return this._read?.machine.value ?? undefined;
  }

  /** Studio's page of the space, else the console's of the region. */
  get studioUrl(): string | undefined {
    const url =
      this._plan?.space.url ??
      (this._read && field(this._read.context, 'consoleUrl'));
    return url && /^https?:\/\//.test(url) ? url : undefined;
  }

  /** How long it usually takes; null if that is not known. */
  get usual(): { duration: number; of: number } | null {
    return this._usual;
  }

  /** Whether it can be confirmed as it stands. */
  get isReady(): boolean {
    return (
      this._plan !== null &&
      this._executor !== null &&
      this._executor.kind !== 'none' &&
      this._plan.severity !== 'none' &&
      isReady(this._findings, this._ticked)
    );
  }

  /** The words of the button that confirms. */
  get verb(): string {
    const { trans } = this._options;
    return this._plan && this._executor
      ? verbOf(this._plan, this._executor, this.facts, this._choices, trans)
      : trans.__('Checking…');
  }

  /** A similar type that is offered and that the quota allows. */
  get alternative(): string | undefined {
    const type = this._plan?.draft.instanceType;
    const types = this._read?.types ?? [];
    return (
      type &&
      alternativeTo(
        type,
        other =>
          types.includes(other) && this._quotas?.value?.[other]?.limit !== 0
      )
    );
  }

  /** Read all that is to be known; never rejects. */
  async load(): Promise<void> {
    const { gateway, lab } = this._options;
    lab.changed.connect(this._onKernels, this);
    const { signal } = this._abort;
    await Promise.all([
      this._readPlan(),
      this._readLab(),
      settled(gateway.instances.quotas(signal)).then(known => {
        this._quotas = known.value === null ? known : known.value;
        this._compose();
      }),
      settled(gateway.instances.prices(signal)).then(known => {
        this._prices = known.value === null ? known : known.value;
        this._compose();
      })
    ]);
  }

  /** Want something else. */
  edit(draft: ISpaceDraft): void {
    this._draft = { ...this._draft, ...draft };
    this._compose();
  }

  /** Choose something else of how it is done. */
  choose(choices: Partial<IProposalChoices>): void {
    this._choices = { ...this._choices, ...choices };
    this._compose();
  }

  /** Confirm or take back a finding that has to be ticked. */
  tick(id: string, isTicked: boolean): void {
    const ticked = new Set(this._ticked);
    if (isTicked) {
      ticked.add(id);
    } else {
      ticked.delete(id);
    }
    this._ticked = ticked;
    this._changed.emit();
  }

  dispose(): void {
    this._abort.abort();
    this._options.lab.changed.disconnect(this._onKernels, this);
    Signal.clearData(this);
  }

  private async _readPlan(): Promise<void> {
    try {
      const read = await this._readAws();
      this._read = read;
      this._compose();
      await this._readNames(read.aws);
    } catch (thrown) {
      const error = toStudioError(thrown);
      if (!isAborted(error) && !this._abort.signal.aborted) {
        this._error = error;
        this._changed.emit();
      }
    }
  }

  /** What file systems are called; without it, their ids stand alone. */
  private async _readNames({ rules, space }: IPlanFacts): Promise<void> {
    const shown = [
      ...space.settings.fileSystems,
      ...(rules.value?.fileSystems ?? [])
    ];
    const ids = (kind: IFileSystemRef['kind']) =>
      shown.flatMap(each =>
        each.kind === kind && each.kind !== 's3' ? [each.id] : []
      );
    const { fileSystems } = this._options.gateway;
    const { signal } = this._abort;
    const nothing = { value: [] };
    const [efs, lustre] = await Promise.all([
      ids('efs').length > 0
        ? fileSystems.efs(async () => ids('efs'), signal)
        : nothing,
      ids('fsx-lustre').length > 0 ? fileSystems.lustre(signal) : nothing
    ]);
    const named = [...(efs.value ?? []), ...(lustre.value ?? [])].flatMap(
      ({ id, name }) => (name ? [[id, name]] : [])
    );
    this._fileSystemNames = Object.fromEntries(named);
    this._compose();
  }

  private async _readLab(): Promise<void> {
    const { lab } = this._options;
    const facts = await lab.read();
    this._lab = { documents: lab.documents(), ...facts };
    this._compose();
  }

  private async _readAws(): Promise<IRead> {
    const { context: studio, gateway, history, settings } = this._options;
    const { signal } = this._abort;
    const { spaces, instances, stateMachines } = gateway;
    const context = await studio.get();
    const name = this._nameIn(context);
    const needsMachine =
      isOwnSpace(name, context) &&
      (settings.executor === 'auto' || settings.executor === 'state-machine');
    const [space, app, images, types, machine, facts, volumeChangedAt] =
      await Promise.all([
        spaces.describe(name, signal),
        spaces.app(name, signal),
        spaces.images(signal),
        instances.types(),
        needsMachine
          ? stateMachines.find(settings.stateMachineArn, signal)
          : { value: null, reason: '' },
        this._options.instanceFacts(),
        history.volumeChangedAt(name ?? '')
      ]);
    return {
      context,
      types,
      machine,
      aws: {
        space,
        app,
        images,
        rules: await spaces.rules(space, signal),
        prices: { value: null, reason: this._options.trans.__('checking…') },
        gpusOf: type => gpusOf(facts.get(type)),
        volumeChangedAt,
        now: new Date()
      }
    };
  }

  private _nameIn(context: IContext): string | undefined {
    return this._options.spaceName ?? field(context, 'spaceName');
  }

  private _onKernels(): void {
    // Not asked for anew: this is JupyterLab's word that it has just done so.
    this._lab = {
      ...this._lab,
      kernels: { value: this._options.lab.knownKernels() }
    };
    this._compose();
  }

  /** Make the plan and look at it again. */
  private _compose(): void {
    if (!this._read || this._abort.signal.aborted) {
      return;
    }
    const { purpose, settings, trans, locale } = this._options;
    const aws = {
      ...this._read.aws,
      ...(this._prices && { prices: this._prices }),
      fileSystemNames: this._fileSystemNames
    };
    const scratch = this._lab.scratch?.value;
    const plan = makePlan(this._draft, aws, {
      purpose,
      fallbacks: this._choices.fallbacks,
      hasScratchData: this.isOwn && !!scratch && scratch.usedBytes > 0,
      trans,
      locale
    });
    const { isOwn } = this;
    const { machine } = this._read;
    const executor = chooseExecutor(plan, { isOwn, settings, machine }, trans);
    const hasFallbacks = !executor.cannotFallBack && plan.attempts.length > 1;
    this._plan = plan;
    if (this._executor?.kind !== executor.kind) {
      void this._readUsual(executor);
    }
    this._executor = executor;
    this._findings = preflight(
      plan,
      aws,
      this.facts,
      {
        saveAll: this._choices.saveAll,
        waitForCells: this._choices.waitForCells && !executor.cannotWait,
        hasFallbacks
      },
      trans,
      locale
    );
    this._changed.emit();
  }

  private async _readUsual({ kind }: IExecutorChoice): Promise<void> {
    this._usual = await this._options.history.usual(kind);
    this._changed.emit();
  }

  private readonly _abort = new AbortController();
  private readonly _changed = new Signal<this, void>(this);
  private _draft: ISpaceDraft;
  private _choices: IProposalChoices;
  private _ticked: ReadonlySet<string> = new Set();
  private _lab: ILabFacts;
  private _read: IRead | null = null;
  private _quotas: Known<Record<string, IInstanceQuota>> | undefined;
  private _prices: Known<Record<string, number>> | undefined;
  private _fileSystemNames: IPlanFacts['fileSystemNames'];
  private _usual: { duration: number; of: number } | null = null;
  private _error: StudioError | null = null;
  private _plan: IPlan | null = null;
  private _executor: IExecutorChoice | null = null;
  private _findings: readonly IFinding[] = [];
}

function isOwnSpace(name: string | undefined, context: IContext): boolean {
  return name !== undefined && name === ownSpace(context);
}

/** How many GPUs a type has; undefined for unknown types and for accelerators that are no GPUs. */
function gpusOf(facts: IInstanceFacts | undefined): number | undefined {
  return !facts || facts.accelerators ? undefined : (facts.gpus?.count ?? 0);
}
