import type { Known } from './space';

/** Whose setting something is; `app` for what this JupyterLab itself was started with. */
export interface ISettingSource {
  level: 'app' | 'space' | 'profile' | 'domain';
  /** Of space, user profile or domain. */
  name: string;
}

/** What somebody has set. */
export interface IJobSetting {
  value: string;
  source: ISettingSource;
}

/** What a job gets where nothing is chosen, and what administrators set up to choose from. */
export interface IJobSurroundings {
  region: string;
  /** The role jobs run with. */
  role: Known<IJobSetting>;
  /**
   * ECR URI of the image jobs run, with the variables administrators set for apps of it, which
   * jobs don't get by themselves.
   */
  image: Known<IJobSetting & { variables?: Record<string, string> }>;
  /** Name of the scheduler's default bucket. */
  bucket: Known<string>;
  /** What the domain says of the network. */
  network: Known<IJobNetwork>;
  startupScripts: Known<IJobScript[]>;
  /** Places in S3, and keys for them, that are set for sharing notebooks. */
  sharing: Known<{ places: IJobSetting[]; keys: IJobSetting[] }>;
  /** Key of an administrator the domain's own volume is encrypted with; null for none. */
  domainKey: Known<IJobSetting | null>;
}

/** A lifecycle configuration of Studio. */
export interface IJobScript {
  arn: string;
  name: string;
  source: ISettingSource;
}

/** The domain's network. */
export interface IJobNetwork {
  vpcId?: string;
  subnets: string[];
  securityGroupIds: string[];
  /** Whether apps of the domain reach the internet only by its VPC. */
  isVpcOnly: boolean;
}

/** A container image to choose. */
export interface IJobImageChoice {
  /** ECR URI. */
  uri: string;
  /** ARN of the Studio image's version. */
  arn: string;
  name: string;
}

/** One thing to choose: its identifier, and a name for people. */
export interface IJobChoice {
  id: string;
  name: string;
}

/** A role, as far as jobs need it. */
export interface IJobRole {
  /** Services that may assume it, e.g. `sagemaker.amazonaws.com`. */
  trusted: string[];
}

/** A bucket, as far as jobs need it. */
export interface IJobBucket {
  region: string;
  /** Whether it belongs to another account. */
  isForeign: boolean;
  /** `aws:kms`, `AES256`; what S3 does by itself where nothing is configured. */
  encryption: Known<string>;
}

/** A KMS key, as far as jobs need it. */
export interface IJobKey {
  /** `Enabled`, `Disabled`, `PendingDeletion`, … */
  state: string;
  /** `ENCRYPT_DECRYPT` for a key that encrypts data. */
  usage: string;
  /** `SYMMETRIC_DEFAULT` for what S3 and EBS take. */
  spec: string;
}

/** What the configuration of an attached image says. */
export interface IJobImageFacts {
  uid: number;
  gid: number;
  /** Names of the kernels it has; empty if it does not say. */
  kernels: string[];
}

/** A subnet or a security group, as far as jobs need it. */
export interface IJobNetworkPart extends IJobChoice {
  vpcId: string;
  /** A subnet whose instances get public addresses. */
  isPublic?: boolean;
}

/**
 * What there is to choose from for a job, and what the choices are worth. Each reading may be
 * denied on its own: then it is not known, with AWS's reason.
 */
export interface IJobOptionsApi {
  surroundings(signal?: AbortSignal): Promise<IJobSurroundings>;
  /** Versions of the images administrators attached to JupyterLab. */
  images(signal?: AbortSignal): Promise<Known<IJobImageChoice[]>>;
  /** Roles SageMaker may assume. */
  roles(signal?: AbortSignal): Promise<Known<IJobChoice[]>>;
  /** Aliases of KMS keys that are not AWS's own. */
  keys(signal?: AbortSignal): Promise<Known<IJobChoice[]>>;
  /** Names and ARNs of secrets; never their values. */
  secrets(signal?: AbortSignal): Promise<Known<IJobChoice[]>>;
  /** @param vpcId - whose; without one those of all VPCs. */
  subnets(
    vpcId?: string,
    signal?: AbortSignal
  ): Promise<Known<IJobNetworkPart[]>>;
  securityGroups(
    vpcId?: string,
    signal?: AbortSignal
  ): Promise<Known<IJobNetworkPart[]>>;
  /** What does not exist is `missing`. */
  role(arn: string, signal?: AbortSignal): Promise<Known<IJobRole | 'missing'>>;
  /** `closed`: it is there, but S3 neither tells of it nor why, as it treats strangers. */
  bucket(
    name: string,
    signal?: AbortSignal
  ): Promise<Known<IJobBucket | 'missing' | 'closed'>>;
  key(id: string, signal?: AbortSignal): Promise<Known<IJobKey | 'missing'>>;
  /** Configuration of an attached image, by its ARN. */
  imageFacts(
    arn: string,
    signal?: AbortSignal
  ): Promise<Known<IJobImageFacts | 'missing'>>;
  /** Whether an image is in Amazon ECR, by its URI. */
  imageExists(uri: string, signal?: AbortSignal): Promise<Known<boolean>>;
  /** A JSON document in S3, such as the notebook an earlier job ran. */
  document(uri: string, signal?: AbortSignal): Promise<unknown>;
  /** "<type> for training job usage", or for spot. */
  quota(
    instanceType: string,
    isSpot: boolean,
    signal?: AbortSignal
  ): Promise<Known<number | 'missing'>>;
}
