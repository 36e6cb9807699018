import { StudioError } from '../core/errors';
import { known } from '../core/known';
import { isAccessDenied, missingAction } from '../core/permissions';
import type {
  IJobBucket,
  IJobImageFacts,
  IJobKey,
  IJobRole,
  IStudioContext,
  Known
} from '../tokens';
import type { Ec2Client } from './ec2';
import { text } from './ec2';
import { imageConfig } from './jobImages';
import type { JsonClient } from './json';
import { Lookup } from './lookup';
import type { QueryClient } from './query';
import { child } from './query';
import type { Objects } from './s3';

/** What readings for job options are made of. */
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

/** What choices for jobs are worth; what does not exist is `missing`. */
export abstract class JobChecks {
  constructor(protected readonly clients: IJobOptionsClients) {}

  role(
    arn: string,
    signal?: AbortSignal
  ): Promise<Known<IJobRole | 'missing'>> {
    return knownOrMissing(async () => {
      const root = await this.clients.iam.call(
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
  ): Promise<Known<IJobBucket | 'missing' | 'closed'>> {
    return knownOrMissing(async () => {
      const { objects } = this.clients;
      // Where the own account is not known, nobody can tell whose bucket it is.
      const account = await this.lookup()
        .then(lookup => lookup.account())
        .catch(() => undefined);
      let region: string;
      let isForeign = false;
      try {
        region = await objects.region(name, signal, account);
      } catch (error) {
        if (!isUnexplained(error)) {
          throw error;
        }
        try {
          region = await objects.region(name, signal);
          isForeign = account !== undefined;
        } catch (again) {
          if (isUnexplained(again)) {
            return 'closed';
          }
          throw again;
        }
      }
      return {
        region,
        isForeign,
        encryption: await known(() => objects.encryption(name, signal))
      };
    });
  }

  key(id: string, signal?: AbortSignal): Promise<Known<IJobKey | 'missing'>> {
    return knownOrMissing(async () => {
      const { KeyMetadata = {} } = await this.clients.kms.call<{
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
      const config = await imageConfig(
        this.clients.sagemaker,
        arn,
        await (await this.lookup()).attachedImages(),
        signal
      );
      const lab = config?.JupyterLabAppImageConfig?.FileSystemConfig;
      return config
        ? {
            uid: lab?.DefaultUid ?? 1000,
            gid: lab?.DefaultGid ?? 100,
            kernels: (
              config.KernelGatewayImageConfig?.KernelSpecs ?? []
            ).flatMap(({ Name }) => Name ?? [])
          }
        : 'missing';
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
        await this.clients.ecr.call(
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
    const quotas = await this.clients.quotas.collect(
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

  protected async lookup(): Promise<Lookup> {
    const context = await this.clients.context.get();
    return new Lookup(context, this.clients.sagemaker);
  }
}

/** Services a role's trust policy lets assume it; IAM writes the policy percent-encoded. */
export function trustedBy(role: Element): string[] {
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

/**
 * S3 says which permission is missing to those of the same account or organization; to others it
 * only says no (S3 User Guide, "Troubleshoot access denied errors").
 */
function isUnexplained(error: unknown): boolean {
  return (
    error instanceof StudioError &&
    isAccessDenied(error.code) &&
    missingAction(error.message) === undefined
  );
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
