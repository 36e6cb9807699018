import type { TranslationBundle } from '@jupyterlab/translation';

/** Devices of one kind: how many, what they are, their memory in all. */
export interface IDevices {
  count: number;
  name: string;
  memoryGiB: number;
}

/** What an instance type is made of. */
export interface IInstanceFacts {
  vcpus: number;
  memoryGiB: number;
  gpus?: IDevices;
  /** Accelerators that are no GPUs, such as AWS Trainium. */
  accelerators?: IDevices;
  /** In EC2's words, e.g. `Up to 10 Gigabit`. */
  network: string;
  /** Local disks, lost at each stop; none if it is not there. */
  nvmeGb?: number;
  /** Studio keeps such instances ready, so that they start in seconds. */
  isFastLaunch: boolean;
}

/** Facts by instance type; types nobody described are missing. */
export type InstanceFacts = ReadonlyMap<string, IInstanceFacts>;

/** A row of `instances.json`; `scripts/instance_types.py` writes it and names its sources. */
interface IRow {
  vcpus: number;
  memory: number;
  gpus?: (number | string)[];
  accelerators?: (number | string)[];
  network: string;
  nvme?: number;
  fast?: boolean;
}

let loading: Promise<InstanceFacts> | undefined;

/** The facts, loaded on first use: few people look at all types. */
export function loadInstanceFacts(): Promise<InstanceFacts> {
  return (loading ??= load().catch(error => {
    loading = undefined;
    throw error;
  }));
}

async function load(): Promise<InstanceFacts> {
  const { default: rows } = await import('./instances.json');
  return new Map(
    Object.entries(rows as Record<string, IRow>).map(([type, row]) => [
      type,
      {
        vcpus: row.vcpus,
        memoryGiB: row.memory,
        gpus: toDevices(row.gpus),
        accelerators: toDevices(row.accelerators),
        network: row.network,
        nvmeGb: row.nvme,
        isFastLaunch: row.fast ?? false
      }
    ])
  );
}

function toDevices(row: (number | string)[] | undefined): IDevices | undefined {
  return (
    row && {
      count: Number(row[0]),
      name: String(row[1]),
      memoryGiB: Number(row[2])
    }
  );
}

/** E.g. `4 vCPU, 16 GiB, 1 × NVIDIA T4 (16 GiB)`. */
export function describeInstance(
  facts: IInstanceFacts,
  trans: TranslationBundle
): string {
  const parts = [
    trans.__('%1 vCPU', facts.vcpus),
    trans.__('%1 GiB', facts.memoryGiB)
  ];
  for (const devices of [facts.gpus, facts.accelerators]) {
    if (devices) {
      parts.push(describeDevices(devices, trans));
    }
  }
  return parts.join(', ');
}

/** E.g. `4 × NVIDIA A10G (89.4 GiB)`. */
export function describeDevices(
  devices: IDevices,
  trans: TranslationBundle
): string {
  return trans.__(
    '%1 × %2 (%3 GiB)',
    devices.count,
    devices.name,
    devices.memoryGiB
  );
}
