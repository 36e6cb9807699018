import type { TranslationBundle } from '@jupyterlab/translation';

import type { StudioError } from './errors';
import type { IMissingAction } from './permissions';
import { isAccessDenied, missingActionOf } from './permissions';

/** An error in words for people; AWS's own reason is shown beside it, in full. */
export interface IExplanation {
  /** What went wrong, in a few words. */
  title: string;
  /** What to do about it. */
  hint?: string;
  /** Whether the same request may succeed if sent again. */
  retryable: boolean;
}

type Explain = (trans: TranslationBundle) => IExplanation;

/** Title, hint and whether trying again makes sense, for any error. */
export function explain(
  error: StudioError,
  trans: TranslationBundle
): IExplanation {
  const found = isAccessDenied(error.code)
    ? explainAccessDenied(missingActionOf(error), trans)
    : lookUp(error, trans);
  return error.hint ? { ...found, hint: error.hint } : found;
}

function lookUp(error: StudioError, trans: TranslationBundle): IExplanation {
  // SageMaker says that something doesn't exist by a ValidationException.
  const code =
    error.code === 'ValidationException' && MISSING.test(error.message)
      ? 'ResourceNotFound'
      : error.code;
  for (const [codes, explanation] of TABLE) {
    if (codes.test(code)) {
      return explanation(trans);
    }
  }
  if ((error.status ?? 0) >= 500) {
    return serviceFault(trans);
  }
  return { title: trans.__('That did not work'), retryable: true };
}

function explainAccessDenied(
  missing: IMissingAction | undefined,
  trans: TranslationBundle
): IExplanation {
  return {
    title: trans.__('You are not allowed to do this'),
    hint: accessHint(missing, trans),
    retryable: true
  };
}

function accessHint(
  missing: IMissingAction | undefined,
  trans: TranslationBundle
): string {
  if (!missing) {
    return trans.__(
      'Ask your administrator which permission the execution role lacks.'
    );
  }
  switch (missing.policy) {
    case 'scp':
    case 'rcp':
      return trans.__(
        'A policy of your AWS organization decides this; only its administrators can change it.'
      );
    case 'boundary':
      return trans.__(
        'The permissions boundary of the execution role must allow %1, too.',
        missing.action
      );
    case 'session':
      return trans.__(
        'The session policy the role was assumed with must allow %1, too.',
        missing.action
      );
    case 'endpoint':
      return trans.__(
        'The policy of the VPC endpoint must allow %1.',
        missing.action
      );
    case 'resource':
      return missing.explicitDeny
        ? trans.__(
            'The policy of the resource itself (a bucket, a key) denies %1; its owner can change it.',
            missing.action
          )
        : trans.__(
            'The policy of the resource itself (a bucket, a key) must allow %1.',
            missing.action
          );
    default:
      return missing.explicitDeny
        ? trans.__(
            'A policy denies %1 explicitly; ask your administrator to change it.',
            missing.action
          )
        : trans.__(
            'Ask your administrator to allow %1 for the execution role.',
            missing.action
          );
  }
}

const serviceFault: Explain = trans => ({
  title: trans.__('AWS could not carry this out'),
  hint: trans.__(
    'The service has a problem of its own. Try again in a moment.'
  ),
  retryable: true
});

const MISSING =
  /requested resource not found|could not find|does not exist|cannot find/i;

/** First match wins; codes are AWS's own or ours. */
const TABLE: [RegExp, Explain][] = [
  [
    /^(Notebook|Cell|Output|Definition|Schedule)(Missing|Unreadable|Pending)$/,
    trans => ({
      title: trans.__('What this needs is not there'),
      retryable: true
    })
  ],
  [
    /^ServerPartMissing$/,
    trans => ({
      title: trans.__('The server part of this extension is missing'),
      hint: trans.__(
        'Install jupyterlab-sagemaker-studio with pip in the environment JupyterLab runs in, then restart the server.'
      ),
      retryable: true
    })
  ],
  [
    /^(SignedOut|NotSignedIn|XsrfCheckFailed)$/,
    trans => ({
      title: trans.__('You are signed out of JupyterLab'),
      hint: trans.__('Reload the page and sign in again; your files are kept.'),
      retryable: true
    })
  ],
  [
    /^ServerUnreachable$/,
    trans => ({
      title: trans.__('The JupyterLab server does not answer'),
      hint: trans.__(
        'Check your connection, and whether the space is still running.'
      ),
      retryable: true
    })
  ],
  [
    /^ServerUnavailable$/,
    trans => ({
      title: trans.__('The JupyterLab server cannot answer now'),
      hint: trans.__('It may be starting. Try again in a moment.'),
      retryable: true
    })
  ],
  [
    /^(NotAuthorized|Forbidden|MethodNotAllowed)$/,
    trans => ({
      title: trans.__('The JupyterLab server does not allow this'),
      hint: trans.__('Ask whoever runs this JupyterLab server.'),
      retryable: true
    })
  ],
  [
    /^CredentialsUnavailable$/,
    trans => ({
      title: trans.__('There are no AWS credentials'),
      hint: trans.__(
        'In a space, restart it. Elsewhere run "aws configure" or "aws sso login" where the JupyterLab server runs.'
      ),
      retryable: true
    })
  ],
  [
    /^(ExpiredToken|RequestExpired|TokenRefreshRequired)/,
    trans => ({
      title: trans.__('The AWS credentials have expired'),
      hint: trans.__(
        'In a space they are renewed by themselves: try again. Elsewhere sign in again, e.g. with "aws sso login".'
      ),
      retryable: true
    })
  ],
  [
    /^(InvalidClientTokenId|UnrecognizedClient|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSignature|AuthFailure|MissingAuthenticationToken|IncompleteSignature)/,
    trans => ({
      title: trans.__('AWS does not accept the credentials'),
      hint: trans.__(
        'Check the credentials and the region of the JupyterLab server, and that its clock is right.'
      ),
      retryable: true
    })
  ],
  [
    /^RequestTimeTooSkewed$/,
    trans => ({
      title: trans.__('The clock of the JupyterLab server is wrong'),
      hint: trans.__('AWS allows a few minutes of difference. Set the clock.'),
      retryable: true
    })
  ],
  [
    /^(UpstreamUnavailable|EndpointConnectionError)$/,
    trans => ({
      title: trans.__('AWS cannot be reached'),
      hint: trans.__(
        'In a VPC without internet access a VPC endpoint for this service is needed (sagemaker.api, s3, logs). Check also the proxy settings.'
      ),
      retryable: true
    })
  ],
  [
    /^(UpstreamTimeout|RequestTimeout)/,
    trans => ({
      title: trans.__('AWS did not answer in time'),
      hint: trans.__(
        'Try again. In a VPC, check that its endpoints and security groups let HTTPS through.'
      ),
      retryable: true
    })
  ],
  [
    /^OperationNotAllowed$/,
    trans => ({
      title: trans.__('The JupyterLab server does not pass this call on'),
      hint: trans.__(
        'Only the AWS operations this extension needs are signed. Browser and server part may be of different versions: reload the page.'
      ),
      retryable: false
    })
  ],
  [
    /^(Throttl|TooManyRequests|RequestLimitExceeded|SlowDown|RequestThrottled|ProvisionedThroughputExceeded)/,
    trans => ({
      title: trans.__('Too many requests at once'),
      hint: trans.__('AWS asks to slow down. Wait a moment, then try again.'),
      retryable: true
    })
  ],
  [
    /^InsufficientCapacity/,
    trans => ({
      title: trans.__('AWS has no free instance of this type'),
      hint: trans.__(
        'Choose another instance type, or try again later; a quota does not help here.'
      ),
      retryable: true
    })
  ],
  [
    /^(ResourceLimitExceeded|ServiceQuotaExceeded|LimitExceeded|TooManyBuckets|QuotaExceeded)/,
    trans => ({
      title: trans.__('A quota of your AWS account is reached'),
      hint: trans.__(
        'Choose another instance type, wait for other jobs to end, or ask for more in Service Quotas.'
      ),
      retryable: true
    })
  ],
  [
    /^(ValidationException|ValidationError|InvalidParameter|InvalidRequest|InvalidInput|MalformedXML|SerializationException)/,
    trans => ({
      title: trans.__('AWS does not accept this input'),
      hint: trans.__('Change what the reason names, then try again.'),
      retryable: false
    })
  ],
  [
    /^NoSuchBucket$/,
    trans => ({
      title: trans.__('The S3 bucket does not exist'),
      hint: trans.__('It may have been deleted, or its name is misspelt.'),
      retryable: true
    })
  ],
  [
    /^(BucketAlreadyExists|BucketAlreadyOwnedByYou)$/,
    trans => ({
      title: trans.__('The name of the S3 bucket is taken'),
      hint: trans.__(
        'Another AWS account or region has a bucket of this name. Choose another one.'
      ),
      retryable: false
    })
  ],
  [
    /^(BucketRegionMismatch|PermanentRedirect|AuthorizationHeaderMalformed|IllegalLocationConstraint|TemporaryRedirect)/,
    trans => ({
      title: trans.__('The S3 bucket lies in another region'),
      hint: trans.__('Use a bucket in the region of this space.'),
      retryable: false
    })
  ],
  [
    /^(NoSuchKey|NotFound|ResourceNotFound|NoSuchUpload|TaskNotFound|NoSuchTask)/,
    trans => ({
      title: trans.__('This no longer exists'),
      hint: trans.__('It may have been deleted meanwhile. Refresh the view.'),
      retryable: true
    })
  ],
  [
    /^(ResourceInUse|Conflict|OperationAborted|TaskBusy|IdempotentParameterMismatch)/,
    trans => ({
      title: trans.__('Something else is being done with it right now'),
      hint: trans.__('Wait until that has ended, then try again.'),
      retryable: true
    })
  ],
  [
    /^(KMS|Kms)/,
    trans => ({
      title: trans.__('The encryption key cannot be used'),
      hint: trans.__(
        'Check that the KMS key is enabled and that its policy lets the execution role use it.'
      ),
      retryable: true
    })
  ],
  [
    /^(Region|Account|Role|Image|Domain|Space|Profile)Unknown$/,
    trans => ({
      title: trans.__('A needed setting is not known'),
      retryable: true
    })
  ],
  [
    /^(FileMissing|FolderMissing|NotAFile|FileUnreadable|FileChanged|FileTooLarge)$/,
    trans => ({
      title: trans.__('A file cannot be taken along'),
      hint: trans.__('Save or restore it, or leave it out, then try again.'),
      retryable: true
    })
  ],
  [
    /^(InvalidName|ReservedVariable|InvalidPath|HiddenFile|OutsideRoot|InvalidFileName|InvalidInput|InvalidRepositoryUrl|CredentialsInUrl|TargetExists|DuplicateKey|TooManyFiles|RequestTooLarge|BadRequest)$/,
    trans => ({
      title: trans.__('Please change your input'),
      retryable: false
    })
  ],
  [
    /^(AuthenticationFailed|TwoFactorRequired|SecretUnavailable|HostKey\w+|NotAnswered)$/,
    trans => ({
      title: trans.__('Signing in to the Git host did not work'),
      retryable: true
    })
  ],
  [
    /^(GitMissing|HostUnreachable|TransferInterrupted|(Repository|Reference)NotFound|NotARepository|NotFastForward|SettingsRefused|(Tls|Submodule|Clone|Pull)Failed)$/,
    trans => ({
      title: trans.__('Git could not do this'),
      retryable: true
    })
  ],
  [
    /^OutcomeUnknown$/,
    trans => ({
      title: trans.__('It is not known whether this was carried out'),
      hint: trans.__('Look at the list before you try again.'),
      retryable: false
    })
  ],
  [
    /^(DiskFull|NotWritable|NotAFolder|FileExists|BadArchive|UnsafeArchive)$/,
    trans => ({
      title: trans.__('The files could not be saved'),
      retryable: true
    })
  ],
  [
    /^(TaskInterrupted|ServerStopping)$/,
    trans => ({
      title: trans.__('The work was interrupted'),
      hint: trans.__(
        'The JupyterLab server was stopped meanwhile. Start it again.'
      ),
      retryable: true
    })
  ],
  [
    /^UnreadableAnswer$/,
    trans => ({
      title: trans.__('The answer could not be read'),
      hint: trans.__('A proxy in between may have changed it. Try again.'),
      retryable: true
    })
  ],
  [
    /^(InternalServerError|InternalServerException|InternalFailure|InternalError|ServiceUnavailable|InternalServiceError)/,
    serviceFault
  ]
];
