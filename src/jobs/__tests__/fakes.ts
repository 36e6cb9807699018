import { FakeTasks, FakeWatcher, database } from '../../__tests__/fakes';
import { StudioError } from '../../core/errors';
import { StudioStore } from '../../core/store';
import type {
  IContext,
  IJobBucket,
  IJobChoice,
  IJobImageChoice,
  IJobImageFacts,
  IJobKey,
  IJobListOptions,
  IJobMetric,
  IJobNetwork,
  IJobNetworkPart,
  IJobOptionsApi,
  IJobRole,
  IJobScript,
  IJobSetting,
  IJobSurroundings,
  IJobsApi,
  INotebookJob,
  IStudioContext,
  Known
} from '../../tokens';
import type { IJobActions } from '../components/actions';
import type { BulkVerb } from '../bulk';
import { isFoundBy } from '../filters';
import { JobsModel } from '../model';
import { NarrowedJobs } from '../narrowed';
import type { INotebookInfo, INotebookSource } from '../notebook';
import { Submissions } from '../submissions';
import { JobsTableModel } from '../tableModel';
import { JobTracker } from '../tracker';

export * from '../../__tests__/fakes';

let clock = Date.parse('2024-05-01T10:00:00Z');

export function job(change: Partial<INotebookJob> = {}): INotebookJob {
  const name = change.name ?? 'train-a1b2c3d4';
  clock += 1000;
  return {
    name,
    arn: `arn:aws:sagemaker:us-west-2:123456789012:training-job/${name}`,
    displayName: `Job ${name}`,
    notebookName: 'train.ipynb',
    status: 'InProgress',
    secondaryStatus: 'Training',
    transitions: [],
    createdAt: new Date(clock),
    modifiedAt: new Date(clock),
    instanceType: 'ml.m5.large',
    imageUri: 'image',
    kernelName: 'python3',
    roleArn: 'role',
    parameters: {},
    environment: {},
    inputUri: `s3://bucket/${name}/input`,
    outputPath: 's3://bucket/',
    outputUri: `s3://bucket/${name}/output/output.tar.gz`,
    outputNotebookName: 'out.ipynb',
    outputFormats: ['ipynb', 'html'],
    maxRuntimeSeconds: 3600,
    maxRetryAttempts: 1,
    networkIsolation: false,
    packageFolder: false,
    tags: {},
    userTags: {},
    ...change
  };
}

/** AWS, as far as jobs go: what it holds is listed and described. */
export class FakeJobs implements IJobsApi {
  held: INotebookJob[] = [];
  pageSize = 100;
  calls: string[] = [];
  failure: StudioError | null = null;
  logPages: { messages: string[]; more?: boolean }[] = [];
  hasOutput = true;

  /** Whose jobs and which the last list was asked for. */
  queries: IJobListOptions[] = [];
  /** Verbs on one job that fail, by `<verb> <name>`. */
  failures = new Map<string, StudioError>();

  async list(options: IJobListOptions) {
    this._call('list');
    this.queries.push(options);
    const from = Number(options.nextToken ?? 0);
    const sorted = this.held
      .filter(each => isFoundBy(each, options))
      .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
    const to = from + this.pageSize;
    return {
      jobs: sorted.slice(from, to),
      nextToken: to < sorted.length ? String(to) : undefined
    };
  }

  async describe(name: string) {
    this._call(`describe ${name}`);
    const found = this.held.find(each => each.name === name);
    if (!found) {
      throw new StudioError({
        code: 'ValidationException',
        message: 'Requested resource not found.'
      });
    }
    return found;
  }

  async submission(spec: { name: string; displayName: string }) {
    this._call(`submission ${spec.name}`);
    return {
      kind: 'stage' as const,
      clientToken: spec.name,
      title: spec.displayName,
      spec: spec as unknown as Record<string, unknown>
    };
  }

  async stop(name: string) {
    this._call(`stop ${name}`);
    this.change(name, { status: 'Stopping' });
  }

  async remove(removed: INotebookJob) {
    this._call(`remove ${removed.name}`);
  }

  async logs(_: string, options: { nextToken?: string }) {
    this._call('logs');
    const at = Number(options.nextToken ?? 0);
    const page = this.logPages[at];
    return {
      lines: (page?.messages ?? []).map(message => ({ timestamp: 0, message })),
      nextToken: String(page ? at + 1 : at),
      more: page?.more
    };
  }

  async output() {
    this._call('output');
    return this.hasOutput ? { bucket: 'bucket', key: 'key', bytes: 1 } : null;
  }

  metricPoints: IJobMetric[] = [];

  async metrics(of: INotebookJob) {
    this._call(`metrics ${of.name}`);
    return this.metricPoints;
  }

  async request(name: string) {
    this._call(`request ${name}`);
    return {
      input: { TrainingJobName: name, Environment: {} },
      variables: ['TOKEN']
    };
  }

  async instanceTypes() {
    return ['ml.m5.large', 'ml.g5.xlarge'];
  }

  change(name: string, change: Partial<INotebookJob>): void {
    clock += 1000;
    this.held = this.held.map(each =>
      each.name === name
        ? { ...each, modifiedAt: new Date(clock), ...change }
        : each
    );
  }

  private _call(call: string): void {
    this.calls.push(call);
    const failure = this.failure ?? this.failures.get(call);
    if (failure) {
      throw failure;
    }
  }
}

export function context(mode: IContext['mode'] = 'local'): IStudioContext {
  return {
    state: { phase: 'idle' },
    get: async () => ({ mode, modeReason: 'No credentials were found.' })
  } as unknown as IStudioContext;
}

/** What there is to choose from: all of it known and well, unless a test says otherwise. */
export class FakeChoices implements IJobOptionsApi {
  calls: string[] = [];
  facts = {
    region: 'us-west-2',
    role: {
      value: {
        value: 'arn:aws:iam::123456789012:role/StudioRole',
        source: { level: 'profile', name: 'ada' }
      }
    } as Known<IJobSetting>,
    image: {
      value: {
        value: '1.dkr.ecr.us-west-2.amazonaws.com/sagemaker-distribution:3-cpu',
        source: { level: 'app', name: '' }
      }
    } as IJobSurroundings['image'],
    bucket: { value: 'default-bucket' } as Known<string>,
    network: {
      value: {
        vpcId: 'vpc-1',
        subnets: ['subnet-1', 'subnet-2'],
        securityGroupIds: ['sg-1'],
        isVpcOnly: false
      }
    } as Known<IJobNetwork>,
    startupScripts: { value: [] } as Known<IJobScript[]>,
    sharing: { value: { places: [], keys: [] } } as IJobSurroundings['sharing'],
    domainKey: { value: null } as Known<IJobSetting | null>
  };
  found = {
    images: { value: [] } as Known<IJobImageChoice[]>,
    roles: { value: [] } as Known<IJobChoice[]>,
    keys: { value: [] } as Known<IJobChoice[]>,
    secrets: { value: [] } as Known<IJobChoice[]>,
    subnets: {
      value: [
        { id: 'subnet-1', name: 'a', vpcId: 'vpc-1', isPublic: false },
        { id: 'subnet-2', name: 'b', vpcId: 'vpc-1', isPublic: true },
        { id: 'subnet-3', name: 'c', vpcId: 'vpc-2', isPublic: false }
      ]
    } as Known<IJobNetworkPart[]>,
    securityGroups: {
      value: [{ id: 'sg-1', name: 'jobs', vpcId: 'vpc-1' }]
    } as Known<IJobNetworkPart[]>,
    role: {
      value: { trusted: ['sagemaker.amazonaws.com'] }
    } as Known<IJobRole | 'missing'>,
    bucket: {
      value: {
        region: 'us-west-2',
        isForeign: false,
        encryption: { value: 'AES256' }
      }
    } as Known<IJobBucket | 'missing' | 'closed'>,
    key: {
      value: {
        state: 'Enabled',
        usage: 'ENCRYPT_DECRYPT',
        spec: 'SYMMETRIC_DEFAULT'
      }
    } as Known<IJobKey | 'missing'>,
    imageFacts: {
      value: { uid: 1000, gid: 100, kernels: [] }
    } as Known<IJobImageFacts | 'missing'>,
    imageExists: { value: true } as Known<boolean>,
    quota: { value: 4 } as Known<number | 'missing'>
  };

  async surroundings() {
    this.calls.push('surroundings');
    return this.facts;
  }
  images = () => this._answer('images');
  roles = () => this._answer('roles');
  keys = () => this._answer('keys');
  secrets = () => this._answer('secrets');
  subnets = () => this._answer('subnets');
  securityGroups = () => this._answer('securityGroups');
  role = () => this._answer('role');
  bucket = () => this._answer('bucket');
  key = () => this._answer('key');
  imageFacts = () => this._answer('imageFacts');
  imageExists = () => this._answer('imageExists');
  quota = () => this._answer('quota');
  async document() {
    return {};
  }

  private async _answer<Name extends keyof FakeChoices['found']>(
    name: Name
  ): Promise<FakeChoices['found'][Name]> {
    this.calls.push(name);
    return this.found[name];
  }
}

export class FakeNotebooks implements INotebookSource {
  info: INotebookInfo = {
    kernelName: 'python3',
    kernelDisplayName: 'Python 3',
    language: 'python',
    hasParametersCell: true,
    parameters: [
      { name: 'epochs', type: 'number', defaultText: '10' },
      { name: 'label', type: 'string', defaultText: 'demo' },
      { name: 'deep', type: 'bool', defaultText: 'True' }
    ],
    converted: new Set(['epochs']),
    variables: [],
    cells: [{ index: 1, summary: 'epochs = 10' }]
  };
  isThere = true;
  dirty = false;
  saved = 0;
  undone = 0;
  failure: StudioError | null = null;

  async read() {
    if (this.failure) {
      throw this.failure;
    }
    return this.info;
  }
  copies: string[] = [];
  async readCopy(inputUri: string, name: string) {
    this.copies.push(`${inputUri}/${name}`);
    return this.read();
  }
  async exists() {
    return this.isThere;
  }
  isDirty() {
    return this.dirty;
  }
  async save() {
    this.saved += 1;
  }
  async tagCell() {
    this.info = { ...this.info, hasParametersCell: true };
    return () => {
      this.undone += 1;
      this.info = { ...this.info, hasParametersCell: false };
    };
  }
}

/** Everything below the views, on fakes. */
export function makeJobs(options: { mode?: IContext['mode'] } = {}) {
  const api = new FakeJobs();
  const tasks = new FakeTasks();
  const watcher = new FakeWatcher();
  const db = database();
  const store = new StudioStore(db, 'jobs');
  const submissions = new Submissions({
    jobs: api,
    tasks,
    store,
    follow: async task => {
      const last = await tasks.follow(task.id);
      if (last.state === 'succeeded' || last.state === 'cancelled') {
        await tasks.forget(last.id);
      }
      return last;
    }
  });
  const tracker = new JobTracker(store);
  const model = new JobsModel({
    api,
    context: context(options.mode),
    watcher,
    submissions,
    tracker
  });
  return { api, tasks, watcher, db, store, submissions, tracker, model };
}

/** The table's model, on fakes; `asked` is what was asked before it was done. */
export function makeTable(made = makeJobs()) {
  const { api, model, watcher, submissions, tracker, store } = made;
  const asked: { verb: BulkVerb; names: string[] }[] = [];
  const answer = { yes: true };
  const table = new JobsTableModel({
    jobs: model,
    narrow: query =>
      new NarrowedJobs(model, {
        api,
        context: context(),
        watcher,
        submissions,
        tracker,
        removed: model.removed,
        query
      }),
    context: context(),
    store,
    confirm: async (verb, jobs) => {
      asked.push({ verb, names: jobs.map(({ name }) => name) });
      return answer.yes;
    }
  });
  return { ...made, table, asked, answer };
}

export function actions(): jest.Mocked<IJobActions> {
  return {
    openJobs: jest.fn(),
    openDefinitions: jest.fn(),
    openJob: jest.fn(),
    openOutput: jest.fn(),
    openSnapshot: jest.fn(),
    runAgain: jest.fn(),
    insertCode: jest.fn(),
    openInNeighbour: null,
    compare: jest.fn(),
    openSweep: jest.fn(),
    stop: jest.fn(),
    remove: jest.fn(),
    cancelSubmission: jest.fn(),
    refresh: jest.fn()
  };
}
