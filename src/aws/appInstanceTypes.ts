import { AppInstanceType } from '@aws-sdk/client-sagemaker';

/** Every type the API allows; apart, as it comes with all other enumerations of the SDK. */
export const APP_INSTANCE_TYPES: string[] = Object.values(
  AppInstanceType
  // `system` stands for Classic's own server, which is billed to nobody.
).filter(type => type !== 'system');
