import type { ServerConnection } from '@jupyterlab/services';

import type {
  IFileSystemsApi,
  IInstancesApi,
  IJobOptionsApi,
  IJobsApi,
  IRepositoriesApi,
  ISchedulesApi,
  ISpacesApi,
  IStateMachinesApi,
  IStudioContext,
  ISweepsApi
} from '../tokens';
import { InstancesApi } from './instances';
import type { IJsonService } from './json';
import { JsonClient } from './json';
import type { GatewayRetryStrategy } from './retry';
import { SpacesApi } from './spaces';

const SERVICES = {
  sagemaker: { service: 'sagemaker', target: 'SageMaker', version: '1.1' },
  ecr: {
    service: 'ecr',
    target: 'AmazonEC2ContainerRegistry_V20150921',
    version: '1.1'
  },
  events: { service: 'events', target: 'AWSEvents', version: '1.1' },
  fsx: {
    service: 'fsx',
    target: 'AWSSimbaAPIService_v20180301',
    version: '1.1'
  },
  kms: { service: 'kms', target: 'TrentService', version: '1.1' },
  logs: { service: 'logs', target: 'Logs_20140328', version: '1.1' },
  pricing: {
    service: 'pricing',
    target: 'AWSPriceListService',
    version: '1.1'
  },
  quotas: {
    service: 'servicequotas',
    target: 'ServiceQuotasV20190624',
    version: '1.1'
  },
  secrets: {
    service: 'secretsmanager',
    target: 'secretsmanager',
    version: '1.1'
  }
} satisfies Record<string, IJsonService>;

/** What every page needs some of, and what loads with the view that needs it. */
export interface IStudio {
  fileSystems: () => Promise<IFileSystemsApi>;
  spaces: ISpacesApi;
  instances: IInstancesApi;
  jobOptions: () => Promise<IJobOptionsApi>;
  jobs: () => Promise<IJobsApi>;
  repositories: () => Promise<IRepositoriesApi>;
  schedules: () => Promise<ISchedulesApi>;
  stateMachines: () => Promise<IStateMachinesApi>;
  sweeps: () => Promise<ISweepsApi>;
}

/** What talks to AWS; spaces and instance types at once, as every page needs some of them. */
export function createStudio(
  settings: ServerConnection.ISettings,
  context: IStudioContext,
  retry?: GatewayRetryStrategy
): IStudio {
  const client = (name: keyof typeof SERVICES) =>
    new JsonClient(SERVICES[name], settings, retry);
  const sagemaker = client('sagemaker');
  const logs = client('logs');
  const spaces = new SpacesApi({ context, sagemaker, logs });
  return {
    fileSystems: async () => {
      const [{ FileSystemsApi }, { Ec2Client }, { RestJsonClient }] =
        await Promise.all([
          import('./fileSystems'),
          import('./ec2'),
          import('./restJson')
        ]);
      return new FileSystemsApi({
        efs: new RestJsonClient('elasticfilesystem', settings, retry),
        fsx: client('fsx'),
        ec2: new Ec2Client(settings, retry),
        settings: space => spaces.settings(space)
      });
    },
    spaces,
    instances: new InstancesApi({
      context,
      sagemaker,
      quotas: client('quotas'),
      pricing: client('pricing')
    }),
    jobOptions: async () => {
      const [{ JobOptionsApi }, { Ec2Client }, { QueryClient }, { Objects }] =
        await Promise.all([
          import('./jobOptions'),
          import('./ec2'),
          import('./query'),
          import('./s3')
        ]);
      return new JobOptionsApi({
        context,
        sagemaker,
        ecr: client('ecr'),
        ec2: new Ec2Client(settings, retry),
        iam: new QueryClient('iam', '2010-05-08', settings, retry),
        kms: client('kms'),
        objects: new Objects(settings, retry),
        quotas: client('quotas'),
        secrets: client('secrets')
      });
    },
    jobs: async () => {
      const [{ JobsApi }, { Objects }, { QueryClient }, { METRICS_VERSION }] =
        await Promise.all([
          import('./jobs'),
          import('./s3'),
          import('./query'),
          import('./metrics')
        ]);
      const objects = new Objects(settings, retry);
      return new JobsApi({
        context,
        sagemaker,
        logs,
        metrics: new QueryClient(
          'cloudwatch',
          METRICS_VERSION,
          settings,
          retry
        ),
        head: (uri, signal) => objects.head(uri, signal)
      });
    },
    repositories: async () => {
      const { RepositoriesApi } = await import('./repositories');
      return new RepositoriesApi({ context, sagemaker });
    },
    schedules: async () => {
      const [{ SchedulesApi }, { RestJsonClient }] = await Promise.all([
        import('./schedules'),
        import('./restJson')
      ]);
      return new SchedulesApi({
        context,
        sagemaker,
        events: client('events'),
        scheduler: new RestJsonClient('scheduler', settings, retry)
      });
    },
    stateMachines: async () => {
      const { StateMachinesApi } = await import('./stateMachines');
      return new StateMachinesApi(settings, retry);
    },
    sweeps: async () => {
      const { SweepsApi } = await import('./sweeps');
      return new SweepsApi({ context, sagemaker });
    }
  };
}
