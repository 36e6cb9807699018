import type {
  CustomImage,
  DescribeImageVersionResponse,
  Image,
  ListImageVersionsResponse,
  ListImagesResponse
} from '@aws-sdk/client-sagemaker';

import type { ISpaceImage } from '../tokens';
import type { JsonClient, Wire } from './json';
import { toDate } from './json';

/** What the images of a space depend on. */
export interface IImagesOptions {
  region: string;
  /** Whose images tell of their versions; AWS's own don't. */
  account: string;
  /** ARN of the image the space runs. */
  used?: string;
  /** Images administrators attached to JupyterLab, for the profile first. */
  attached: CustomImage[];
  abortSignal?: AbortSignal;
}

/**
 * Images a JupyterLab space may run: AWS's SageMaker Distribution for CPU and for GPU, those
 * attached by administrators, and the one it runs.
 */
export async function readImages(
  client: JsonClient,
  options: IImagesOptions
): Promise<ISpaceImage[]> {
  const { attached, region, used, abortSignal } = options;
  const distribution = distributionRoot(region, used);
  const own = attached.length > 0 ? await listImages(client, abortSignal) : [];
  const names = [...new Set(attached.map(({ ImageName }) => ImageName ?? ''))];
  const images = await Promise.all([
    ...(['cpu', 'gpu'] as const)
      .filter(() => distribution !== undefined)
      .map(processor =>
        describe(client, `${distribution}-${processor}`, processor, options)
      ),
    ...names.flatMap(name => {
      const image = own.find(({ ImageName }) => ImageName === name);
      return image ? custom(client, image, options) : [];
    })
  ]);
  const usedImage = used && withoutVersion(used);
  return usedImage && !images.some(({ arn }) => arn === usedImage)
    ? [
        ...images,
        await describe(client, usedImage, processorOf(usedImage), options)
      ]
    : images;
}

/** For which instances an image is built, as far as its ARN tells. */
export function processorOf(arn: string): ISpaceImage['processor'] {
  const found = /:image(?:-version)?\/sagemaker-distribution-(cpu|gpu)\b/.exec(
    arn
  );
  return (found?.[1] as 'cpu' | 'gpu' | undefined) ?? 'unknown';
}

/** `arn:…:image-version/<name>/<number>` as the image's own ARN. */
function withoutVersion(arn: string): string {
  return arn.replace(/:image-version\/([^/]+)\/\d+$/, ':image/$1');
}

async function custom(
  client: JsonClient,
  image: Wire<Image>,
  options: IImagesOptions
): Promise<ISpaceImage> {
  const { attached, abortSignal } = options;
  const arn = image.ImageArn ?? '';
  const found = await describe(client, arn, 'unknown', options);
  const processor = await readProcessor(client, image, abortSignal);
  const pinned = attached.find(
    ({ ImageName }) => ImageName === image.ImageName
  )?.ImageVersionNumber;
  return {
    ...found,
    displayName: image.DisplayName || found.name,
    processor,
    // A version administrators chose is the only one.
    versions: found.versions.filter(
      ({ version }) => pinned === undefined || version === pinned
    ),
    isCustom: true
  };
}

async function describe(
  client: JsonClient,
  arn: string,
  processor: ISpaceImage['processor'],
  { account, abortSignal }: IImagesOptions
): Promise<ISpaceImage> {
  const name = arn.slice(arn.lastIndexOf('/') + 1);
  const isOwn = arn.split(':')[4] === account;
  return {
    arn,
    name,
    displayName: DISTRIBUTION.test(name)
      ? `SageMaker Distribution ${processor === 'unknown' ? '' : processor.toUpperCase()}`.trim()
      : name,
    processor,
    versions: isOwn ? await listVersions(client, name, abortSignal) : [],
    isCustom: false
  };
}

/** Newest first. */
async function listVersions(
  client: JsonClient,
  ImageName: string,
  abortSignal?: AbortSignal
): Promise<ISpaceImage['versions']> {
  const { ImageVersions = [] } = await client.call<
    Wire<ListImageVersionsResponse>
  >(
    'ListImageVersions',
    { ImageName, SortBy: 'VERSION', SortOrder: 'DESCENDING', MaxResults: 100 },
    abortSignal
  );
  return ImageVersions.filter(
    ({ ImageVersionStatus }) => ImageVersionStatus === 'CREATED'
  ).map(found => ({
    arn: found.ImageVersionArn ?? '',
    version: found.Version ?? 0,
    createdAt: toDate(found.CreationTime)
  }));
}

async function readProcessor(
  client: JsonClient,
  { ImageName }: Wire<Image>,
  abortSignal?: AbortSignal
): Promise<ISpaceImage['processor']> {
  try {
    const { Processor } = await client.call<Wire<DescribeImageVersionResponse>>(
      'DescribeImageVersion',
      { ImageName },
      abortSignal
    );
    return Processor === 'CPU'
      ? 'cpu'
      : Processor === 'GPU'
        ? 'gpu'
        : 'unknown';
  } catch {
    // An image without versions; whoever chooses it hears AWS's reason.
    return 'unknown';
  }
}

function listImages(
  client: JsonClient,
  abortSignal?: AbortSignal
): Promise<Wire<Image>[]> {
  return client.collect(
    'ListImages',
    {},
    (page: Wire<ListImagesResponse>) => page.Images,
    abortSignal
  );
}

const DISTRIBUTION = /^sagemaker-distribution\b/;

/** ARN of AWS's images up to `-cpu` or `-gpu`; undefined in regions we know nothing of. */
function distributionRoot(
  region: string,
  used: string | undefined
): string | undefined {
  // The space's own image knows partition and account best.
  const found =
    /^(arn:[^/]+:image)(?:-version)?\/sagemaker-distribution-[cg]pu/.exec(
      used ?? ''
    );
  if (found) {
    return `${found[1]}/sagemaker-distribution`;
  }
  const account = ACCOUNTS[region];
  return (
    account &&
    `arn:${partitionOf(region)}:sagemaker:${region}:${account}:image/sagemaker-distribution`
  );
}

function partitionOf(region: string): string {
  return region.startsWith('cn-')
    ? 'aws-cn'
    : region.startsWith('us-gov-')
      ? 'aws-us-gov'
      : 'aws';
}

/**
 * Accounts AWS keeps the SageMaker Distribution images in, by region (Developer Guide, "Available
 * resources: SageMaker image ARN format").
 */
const ACCOUNTS: Record<string, string> = {
  'us-east-1': '885854791233',
  'us-east-2': '137914896644',
  'us-west-1': '053634841547',
  'us-west-2': '542918446943',
  'af-south-1': '238384257742',
  'ap-east-1': '523751269255',
  'ap-south-1': '245090515133',
  'ap-northeast-1': '010972774902',
  'ap-northeast-2': '064688005998',
  'ap-northeast-3': '564864627153',
  'ap-southeast-1': '022667117163',
  'ap-southeast-2': '648430277019',
  'ap-southeast-3': '370607712162',
  'ca-central-1': '481561238223',
  'eu-central-1': '545423591354',
  'eu-west-1': '819792524951',
  'eu-west-2': '021081402939',
  'eu-west-3': '856416204555',
  'eu-north-1': '175620155138',
  'eu-south-1': '810671768855',
  'il-central-1': '080319125002',
  'me-central-1': '358593528301',
  'me-south-1': '523774347010',
  'sa-east-1': '567556641782',
  'cn-north-1': '674439102856',
  'cn-northwest-1': '651871951035',
  'us-gov-east-1': '300993876623',
  'us-gov-west-1': '300992924816'
};
