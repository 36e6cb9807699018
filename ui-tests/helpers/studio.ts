import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';

import {
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  NoSuchBucket,
  S3Client
} from '@aws-sdk/client-s3';
import {
  DescribeAppCommand,
  DescribeSpaceCommand,
  DescribeTrainingJobCommand,
  DescribeUserProfileCommand,
  ListTagsCommand,
  SageMakerClient,
  SearchCommand,
  UpdateUserProfileCommand
} from '@aws-sdk/client-sagemaker';
import type {
  CodeRepository,
  DescribeAppCommandOutput,
  DescribeSpaceCommandOutput,
  DescribeTrainingJobCommandOutput
} from '@aws-sdk/client-sagemaker';

const DOMAIN_ID = 'd-localstudio01';
const BUCKET = 'sagemaker-automated-execution-123456789012-us-west-2';

// boto3 comes with the local Studio; the browser part's AWS SDK has no client for IAM.
const ROLE_SCRIPT = `
import json, sys, boto3
iam = boto3.client("iam")
name, *services = sys.argv[1:]
statement = {"Effect": "Allow", "Principal": {"Service": services}, "Action": "sts:AssumeRole"}
trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
try:
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)
except iam.exceptions.EntityAlreadyExistsException:
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=trust)
print(iam.get_role(RoleName=name)["Role"]["Arn"])
`;

/** What is to go wrong with the next calls of one operation; see `faults.py` of the local Studio. */
export interface IFault {
  operation: string;
  service?: string;
  code?: string;
  message?: string;
  status?: number;
  /** Calls that are hit; -1: all. */
  count?: number;
  /** Seconds. */
  delay?: number;
  cut?: boolean | 'before' | 'after' | 'half';
  /** Calls that are spared first. */
  after?: number;
  performed?: boolean;
  /** An app that is created and then fails, for this reason. */
  app?: 'Failed';
  reason?: string;
  /** Only calls for this type. */
  instanceType?: string;
}

/** A call the local Studio received. */
export interface ICall {
  n: number;
  service: string;
  operation: string;
  status: number;
  input: Record<string, unknown>;
  [field: string]: unknown;
}

/** The running local Studio: its folders, its control routes and, for checks, its AWS APIs. */
export class LocalStudio {
  /**
   * @param url - of the AWS endpoint; the one that serves all tests unless given.
   * @param state - its state folder.
   */
  constructor(
    readonly url = Private.required('UI_TEST_AWS_URL'),
    readonly state = Private.required('UI_TEST_STATE')
  ) {}

  /** The folder JupyterLab shows. */
  get home(): string {
    return path.join(this.state, 'home');
  }

  /** Id of the JupyterLab process of the space; undefined while none runs. */
  get processId(): number | undefined {
    const runtime = path.join(this.state, 'jupyter', 'runtime');
    const [, id] =
      fs
        .readdirSync(runtime)
        .map(name => /^jpserver-(\d+)\.json$/.exec(name))
        .find(found => found) ?? [];
    return id === undefined ? undefined : Number(id);
  }

  /** What the space's app knows of itself. */
  get metadata(): Record<string, string> {
    const file = path.join(this.state, 'metadata', 'resource-metadata.json');
    return JSON.parse(fs.readFileSync(file, 'utf8')) as Record<string, string>;
  }

  /** The app `default` of a space, as SageMaker describes it. */
  app(spaceName = 'my-space'): Promise<DescribeAppCommandOutput> {
    return this._sagemaker.send(
      new DescribeAppCommand({
        DomainId: DOMAIN_ID,
        SpaceName: spaceName,
        AppType: 'JupyterLab',
        AppName: 'default'
      })
    );
  }

  /** A space, as SageMaker describes it. */
  space(spaceName = 'my-space'): Promise<DescribeSpaceCommandOutput> {
    return this._sagemaker.send(
      new DescribeSpaceCommand({ DomainId: DOMAIN_ID, SpaceName: spaceName })
    );
  }

  /** Suggest further repositories in a profile's private spaces. */
  async suggestInProfile(name: string, added: CodeRepository[]): Promise<void> {
    const profile = { DomainId: DOMAIN_ID, UserProfileName: name };
    const { UserSettings } = await this._sagemaker.send(
      new DescribeUserProfileCommand(profile)
    );
    const { JupyterLabAppSettings: present } = UserSettings ?? {};
    await this._sagemaker.send(
      new UpdateUserProfileCommand({
        ...profile,
        UserSettings: {
          JupyterLabAppSettings: {
            ...present,
            CodeRepositories: [...(present?.CodeRepositories ?? []), ...added]
          }
        }
      })
    );
  }

  /** Variables that lead an AWS SDK to it, as its `env` file has them. */
  get environment(): Record<string, string> {
    const text = fs.readFileSync(path.join(this.state, 'env'), 'utf8');
    const lines = text.matchAll(/^export (\w+)=(.*)$/gm);
    return Object.fromEntries(
      [...lines].map(([, name, value]) => [
        name,
        value.replace(/^(['"])(.*)\1$/, '$2')
      ])
    );
  }

  /** Number of the last call received so far; hand it to {@link calls}. */
  async mark(): Promise<number> {
    const { last } = await this._control<{ last: number }>('GET', 'calls');
    return last;
  }

  /** The calls received after a mark, of one operation. */
  async calls(since: number, operation: string): Promise<ICall[]> {
    const calls = await this.allCalls(since);
    return calls.filter(call => call.operation === operation);
  }

  /** All calls received after a mark. */
  async allCalls(since: number): Promise<ICall[]> {
    const { calls } = await this._control<{ calls: ICall[] }>(
      'GET',
      `calls?since=${since}`
    );
    return calls;
  }

  async fault(fault: IFault): Promise<void> {
    await this._control('POST', 'faults', fault);
  }

  async clearFaults(): Promise<void> {
    await this._control('DELETE', 'faults');
  }

  /** Hold the app's role to one policy, which allows everything but some actions. */
  async deny(...actions: string[]): Promise<void> {
    const every = { Effect: 'Allow', Action: '*', Resource: '*' };
    const denied = { Effect: 'Deny', Action: actions, Resource: '*' };
    await this._control('POST', 'permissions', {
      enforced: true,
      policy: { Version: '2012-10-17', Statement: [every, denied] }
    });
  }

  /** The permissions as they are at the start. */
  async resetPermissions(): Promise<void> {
    await this._control('DELETE', 'permissions');
  }

  /** Make a role, or change it, that these services may assume; answers its ARN. */
  async role(name: string, ...services: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(
      Private.required('UI_TEST_PYTHON'),
      ['-c', ROLE_SCRIPT, name, ...services],
      { env: { PATH: process.env.PATH, ...this.environment } }
    );
    return stdout.trim();
  }

  /** How many times as fast recurring schedules run. */
  async setScheduleSpeed(speed: number): Promise<void> {
    await this._control('POST', 'schedule-speed', { speed });
  }

  /** Names of the training jobs that carry a display name. */
  async jobsNamed(displayName: string): Promise<string[]> {
    const { Results = [] } = await this._sagemaker.send(
      new SearchCommand({
        Resource: 'TrainingJob',
        SearchExpression: {
          Filters: [
            {
              Name: 'Tags.sagemaker:name',
              Operator: 'Equals',
              Value: displayName
            }
          ]
        }
      })
    );
    return Results.map(found => found.TrainingJob?.TrainingJobName ?? '');
  }

  /** A training job as SageMaker describes it. */
  describe(jobName: string): Promise<DescribeTrainingJobCommandOutput> {
    return this._sagemaker.send(
      new DescribeTrainingJobCommand({ TrainingJobName: jobName })
    );
  }

  /** The tags of a training job. */
  async tagsOf(jobName: string): Promise<Record<string, string>> {
    const { TrainingJobArn } = await this.describe(jobName);
    const { Tags = [] } = await this._sagemaker.send(
      new ListTagsCommand({ ResourceArn: TrainingJobArn })
    );
    return Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]));
  }

  /** Keys of what was staged for notebook jobs; outputs may come in at any time. */
  async stagedKeys(): Promise<string[]> {
    try {
      const { Contents = [] } = await this._s3.send(
        new ListObjectsV2Command({ Bucket: BUCKET })
      );
      return Contents.map(({ Key = '' }) => Key).filter(key =>
        key.includes('/input')
      );
    } catch (error) {
      if (error instanceof NoSuchBucket) {
        return [];
      }
      throw error;
    }
  }

  /** Uploads in parts that were begun and neither completed nor aborted. */
  async openUploads(): Promise<string[]> {
    const { Uploads = [] } = await this._s3.send(
      new ListMultipartUploadsCommand({ Bucket: BUCKET })
    );
    return Uploads.map(({ Key = '' }) => Key);
  }

  private async _control<T>(
    method: string,
    route: string,
    body?: object
  ): Promise<T> {
    const answer = await fetch(`${this.url}/_studio/${route}`, {
      method,
      body: body && JSON.stringify(body)
    });
    const text = await answer.text();
    if (!answer.ok) {
      throw new Error(`${method} ${route}: ${answer.status} ${text}`);
    }
    return JSON.parse(text) as T;
  }

  private get _sagemaker(): SageMakerClient {
    return (this._sagemakerClient ??= new SageMakerClient(
      Private.internal(this.url)
    ));
  }

  private get _s3(): S3Client {
    return (this._s3Client ??= new S3Client({
      ...Private.internal(this.url),
      forcePathStyle: true
    }));
  }

  private _sagemakerClient?: SageMakerClient;
  private _s3Client?: S3Client;
}

namespace Private {
  export function required(name: string): string {
    const value = process.env[name];
    if (!value) {
      throw new Error(`${name} is set by playwright.config.ts`);
    }
    return value;
  }

  /** For clients whose calls are neither listed nor faulted. */
  export function internal(endpoint: string) {
    return {
      endpoint,
      region: 'us-west-2',
      credentials: {
        accessKeyId: 'local-studio',
        secretAccessKey: 'local-studio-secret'
      },
      customUserAgent: 'studio-local-internal'
    };
  }
}
