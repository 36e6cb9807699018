/** The rows of the instance catalogue: how they are made, filtered and compared. Pure. */
import type { IInstanceQuota } from '../tokens';
import type { IInstanceFacts } from './instanceTypes';

/** Whether a type can run the space's image. */
export type ImageFit =
  'fits' | 'needs-gpu-image' | 'prefers-cpu-image' | 'unknown';

/** One instance type. */
export interface ICatalogueRow {
  type: string;
  /** What it is made of; nobody knows it of every type. */
  facts?: IInstanceFacts;
  /** US dollars an hour. */
  price?: number;
  quota?: IInstanceQuota;
  fit: ImageFit;
  /** Whether the region has it, as far as prices or quotas tell. */
  isOffered?: boolean;
  isCurrent: boolean;
  /** Everything one may look for, in small letters. */
  text: string;
}

/** What is left of the catalogue; nothing set shows all. */
export interface ICatalogueFilter {
  /** Words that all have to be there. */
  text: string;
  minVcpus?: number;
  maxVcpus?: number;
  minMemoryGiB?: number;
  maxMemoryGiB?: number;
  minGpus?: number;
  minGpuMemoryGiB?: number;
  maxPrice?: number;
  /** Only what runs the present image. */
  isFitting: boolean;
  /** Only what the quota has room for. */
  isFree: boolean;
  isFastLaunch: boolean;
}

export const NO_FILTER: ICatalogueFilter = {
  text: '',
  isFitting: false,
  isFree: false,
  isFastLaunch: false
};

/** What the rows are made from. */
export interface ICatalogueSources {
  types: readonly string[];
  facts: ReadonlyMap<string, IInstanceFacts>;
  /** Undefined where they are not known. */
  prices?: Readonly<Record<string, number>>;
  quotas?: Readonly<Record<string, IInstanceQuota>>;
  /** For which instances the space's image is built. */
  processor: 'cpu' | 'gpu' | 'unknown';
  current?: string;
  /** Types administrators don't want to be offered. */
  hidden: readonly string[];
}

/** All types, small families and sizes first. */
export function makeRows(sources: ICatalogueSources): ICatalogueRow[] {
  const { types, facts, prices, quotas, processor, current, hidden } = sources;
  // Facts are in order of family and size; types without any come last.
  const order = new Map([...facts.keys()].map((type, index) => [type, index]));
  const rank = (type: string) => order.get(type) ?? Infinity;
  return [...new Set(current ? [...types, current] : types)]
    .filter(type => type === current || !hidden.includes(type))
    .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b))
    .map(type => {
      const known = facts.get(type);
      return {
        type,
        facts: known,
        price: prices?.[type],
        quota: quotas?.[type],
        fit: fitOf(known, processor),
        isOffered: isOffered(type, prices ?? quotas),
        isCurrent: type === current,
        text: textOf(type, known)
      };
    });
}

/** A type without a price or a quota in the region can't be had there. */
function isOffered(
  type: string,
  listed: Readonly<Record<string, unknown>> | undefined
): boolean | undefined {
  return listed && Object.keys(listed).length > 0 ? type in listed : undefined;
}

/** GPU instances need an image built for them; a GPU image on another instance is merely larger. */
function fitOf(
  facts: IInstanceFacts | undefined,
  processor: ICatalogueSources['processor']
): ImageFit {
  if (!facts || facts.accelerators || processor === 'unknown') {
    return 'unknown';
  }
  if (facts.gpus) {
    return processor === 'gpu' ? 'fits' : 'needs-gpu-image';
  }
  return processor === 'cpu' ? 'fits' : 'prefers-cpu-image';
}

function textOf(type: string, facts: IInstanceFacts | undefined): string {
  const words = [type, facts?.gpus?.name, facts?.accelerators?.name];
  if (facts?.gpus) {
    words.push('gpu');
  }
  if (facts?.nvmeGb) {
    words.push('nvme');
  }
  if (facts?.isFastLaunch) {
    words.push('fast launch');
  }
  return words.filter(Boolean).join(' ').toLowerCase();
}

/**
 * The rows a filter leaves.
 *
 * #### Notes
 * A type of which a bounded number is not known is left out: one asks for bounds to be sure.
 */
export function filterRows(
  rows: readonly ICatalogueRow[],
  filter: ICatalogueFilter
): readonly ICatalogueRow[] {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter(row => {
    const { facts, price } = row;
    return (
      words.every(word => row.text.includes(word)) &&
      isWithin(facts?.vcpus, filter.minVcpus, filter.maxVcpus) &&
      isWithin(facts?.memoryGiB, filter.minMemoryGiB, filter.maxMemoryGiB) &&
      isWithin(facts && (facts.gpus?.count ?? 0), filter.minGpus) &&
      isWithin(facts && (facts.gpus?.memoryGiB ?? 0), filter.minGpuMemoryGiB) &&
      isWithin(price, undefined, filter.maxPrice) &&
      (!filter.isFitting || runsImage(row)) &&
      (!filter.isFree || hasRoom(row) === true) &&
      (!filter.isFastLaunch || facts?.isFastLaunch === true)
    );
  });
}

/** Whether a type runs the space's image as it is. */
function runsImage({ fit }: ICatalogueRow): boolean {
  return fit === 'fits' || fit === 'prefers-cpu-image';
}

/** Whether the quota allows one more; undefined if it is not known. */
export function hasRoom({
  quota,
  isCurrent
}: Pick<ICatalogueRow, 'quota' | 'isCurrent'>): boolean | undefined {
  return quota && (isCurrent || quota.inUse < quota.limit);
}

function isWithin(
  value: number | undefined,
  min?: number,
  max?: number
): boolean {
  return (
    (min === undefined && max === undefined) ||
    (value !== undefined &&
      value >= (min ?? -Infinity) &&
      value <= (max ?? Infinity))
  );
}

/** How one number of a type differs from the present one's. */
export interface IDifference {
  value: number;
  by: number;
}

/** A type beside the present one; what is not known of both is missing. */
export interface IComparison {
  vcpus?: IDifference;
  memoryGiB?: IDifference;
  gpus?: IDifference;
  gpuMemoryGiB?: IDifference;
  price?: IDifference;
}

/** How a type differs from the present one. */
export function compareRows(
  row: ICatalogueRow,
  current: ICatalogueRow
): IComparison {
  const differ = (
    read: (row: ICatalogueRow) => number | undefined
  ): IDifference | undefined => {
    const [value, former] = [read(row), read(current)];
    return value === undefined || former === undefined
      ? undefined
      : { value, by: value - former };
  };
  return {
    vcpus: differ(({ facts }) => facts?.vcpus),
    memoryGiB: differ(({ facts }) => facts?.memoryGiB),
    gpus: differ(({ facts }) => facts && (facts.gpus?.count ?? 0)),
    gpuMemoryGiB: differ(({ facts }) => facts && (facts.gpus?.memoryGiB ?? 0)),
    price: differ(({ price }) => price)
  };
}
