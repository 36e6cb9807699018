/** The permission an AccessDenied text says is missing. */
export interface IMissingAction {
  /** IAM action, e.g. `sagemaker:CreateTrainingJob`. */
  action: string;
  /** ARN or pattern, where the text names one. */
  resource?: string;
  /** Who is refused, where the text says so. */
  principal?: string;
  /** The kind of policy that decides. */
  policy?:
    | 'identity'
    | 'resource'
    | 'boundary'
    | 'scp'
    | 'rcp'
    | 'session'
    | 'endpoint';
  /** A policy forbids it; allowing it elsewhere will not help. */
  explicitDeny: boolean;
}

// "… is not authorized to perform: sagemaker:Search on resource: arn:… because …". The colon,
// the quotes and the word "action" come and go between services.
const ACTION =
  /not authorized to perform(?: the)?(?: action)?:?\s*\[?["'`]?([a-z0-9-]+:[A-Za-z0-9*]+)/i;
const REASON_ACTION =
  /\ballows? the ["'`]?([a-z0-9-]+:[A-Za-z0-9*]+)["'`]? action/i;
// S3 on Outposts and KMS say "you do not have permission to perform kms:Decrypt".
const LACKING =
  /(?:lacks?|does not have|do not have|missing|without|requires?)(?: the)?(?: required)? permissions?:?(?: to(?: perform)?)?:?\s+["'`]?([a-z0-9-]+:[A-Za-z0-9*]+)/i;
const RESOURCE =
  /\bon (?:the )?resources?:?\s*\[?["'`]?((?:arn:|\*)[^\s"'`\],]*)/i;
const PRINCIPAL = /\b(?:User|Role|Principal):?\s+["'`]?(arn:[^\s"'`]+)/i;

const POLICIES: [RegExp, IMissingAction['policy']][] = [
  [/identity[- ]based polic/i, 'identity'],
  [/resource[- ]based polic/i, 'resource'],
  [/permissions? boundar/i, 'boundary'],
  [/service control polic/i, 'scp'],
  [/resource control polic/i, 'rcp'],
  [/session polic/i, 'session'],
  [/VPC endpoint polic/i, 'endpoint']
];

/**
 * The missing permission in the words of an AccessDenied answer, in all of AWS's phrasings
 * (IAM User Guide, "Troubleshoot access denied error messages"), or undefined.
 */
export function missingAction(message: string): IMissingAction | undefined {
  const action = (ACTION.exec(message) ??
    REASON_ACTION.exec(message) ??
    LACKING.exec(message))?.[1];
  if (!action) {
    return undefined;
  }
  // A sentence's full stop is no part of the ARN before it.
  const resource = RESOURCE.exec(message)?.[1].replace(/[.,;:]+$/, '');
  const principal = PRINCIPAL.exec(message)?.[1].replace(/[.,;:]+$/, '');
  return {
    action,
    ...(resource && { resource }),
    ...(principal && { principal }),
    policy: POLICIES.find(([words]) => words.test(message))?.[1],
    explicitDeny: /explicit deny|explicitly den/i.test(message)
  };
}

// EC2's older answers name none; S3 often says no more than "Access Denied"; the IAM action where it isn't named after the call
// (Amazon S3 User Guide, "Required permissions for Amazon S3 API operations").
const ACTIONS: Record<string, string> = {
  AbortMultipartUpload: 's3:AbortMultipartUpload',
  CompleteMultipartUpload: 's3:PutObject',
  CreateBucket: 's3:CreateBucket',
  CreateMultipartUpload: 's3:PutObject',
  DeleteObject: 's3:DeleteObject',
  DeleteObjects: 's3:DeleteObject',
  DescribeSecurityGroups: 'ec2:DescribeSecurityGroups',
  DescribeSubnets: 'ec2:DescribeSubnets',
  GetBucketEncryption: 's3:GetEncryptionConfiguration',
  GetBucketLocation: 's3:GetBucketLocation',
  GetObject: 's3:GetObject',
  HeadBucket: 's3:ListBucket',
  HeadObject: 's3:GetObject',
  ListObjectsV2: 's3:ListBucket',
  PutBucketEncryption: 's3:PutEncryptionConfiguration',
  PutBucketVersioning: 's3:PutBucketVersioning',
  PutObject: 's3:PutObject',
  UploadPart: 's3:PutObject'
};

/** The missing permission of an error, from its text or, for S3 and EC2, from its operation. */
export function missingActionOf(error: {
  code: string;
  message: string;
  operation?: string;
  status?: number;
}): IMissingAction | undefined {
  if (!isAccessDenied(error.code)) {
    return undefined;
  }
  const said = missingAction(error.message);
  const action = error.operation ? ACTIONS[error.operation] : undefined;
  return said ?? (action ? { action, explicitDeny: false } : undefined);
}

/** Whether a code means that permission is missing. */
export function isAccessDenied(code: string): boolean {
  return /^(AccessDenied|UnauthorizedOperation|AuthorizationError|KMSAccessDenied|KMS\.AccessDenied)/.test(
    code
  );
}
