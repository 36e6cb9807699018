import { NO_FILTER, compareRows, filterRows, makeRows } from '../catalogue';
import type { ICatalogueFilter, ICatalogueSources } from '../catalogue';
import { CatalogueModel } from '../catalogueModel';
import { loadInstanceFacts } from '../instanceTypes';
import { FACTS, makeSpace, rules, settle } from './fakes';

const sources: ICatalogueSources = {
  types: ['ml.new.large', 'ml.g5.xlarge', 'ml.m5.xlarge', 'ml.t3.medium'],
  facts: FACTS,
  prices: { 'ml.t3.medium': 0.05, 'ml.g5.xlarge': 1.41 },
  quotas: {
    'ml.t3.medium': { limit: 1, inUse: 1 },
    'ml.m5.xlarge': { limit: 2, inUse: 2 },
    'ml.g5.xlarge': { limit: 1, inUse: 0 }
  },
  processor: 'cpu',
  current: 'ml.t3.medium',
  hidden: []
};
const typesOf = (filter: Partial<ICatalogueFilter>, more = {}) =>
  filterRows(makeRows({ ...sources, ...more }), {
    ...NO_FILTER,
    ...filter
  }).map(({ type }) => type);

describe('the rows', () => {
  it('are all types, those nobody described at the end', () => {
    expect(typesOf({})).toEqual([
      'ml.t3.medium',
      'ml.m5.xlarge',
      'ml.g5.xlarge',
      'ml.new.large'
    ]);
  });

  it('leave out what administrators hide, but not what the space runs on', () => {
    const hidden = ['ml.t3.medium', 'ml.m5.xlarge'];
    expect(typesOf({}, { hidden })).toEqual([
      'ml.t3.medium',
      'ml.g5.xlarge',
      'ml.new.large'
    ]);
  });

  it('have the present type, even if the SDK does not know it', () => {
    expect(typesOf({}, { current: 'ml.future.large' })).toContain(
      'ml.future.large'
    );
  });

  it.each([
    ['cpu', ['fits', 'fits', 'needs-gpu-image', 'unknown']],
    ['gpu', ['prefers-cpu-image', 'prefers-cpu-image', 'fits', 'unknown']],
    ['unknown', ['unknown', 'unknown', 'unknown', 'unknown']]
  ] as const)('say whether they run a %s image', (processor, fits) => {
    const rows = makeRows({ ...sources, processor });
    expect(rows.map(({ fit }) => fit)).toEqual(fits);
  });

  it.each([
    [{ prices: { 'ml.m5.xlarge': 0.23 } }, [false, true, false, false]],
    [
      {
        prices: undefined,
        quotas: { 'ml.t3.medium': { limit: 0, inUse: 0 } }
      },
      [true, false, false, false]
    ],
    [
      { prices: undefined, quotas: undefined },
      [undefined, undefined, undefined, undefined]
    ]
  ])('say whether the region has them, as far as %j tells', (more, offered) => {
    const rows = makeRows({ ...sources, ...more });
    expect(rows.map(({ isOffered }) => isOffered)).toEqual(offered);
  });
});

describe('the filter', () => {
  it.each<[string, Partial<ICatalogueFilter>, string[]]>([
    ['words', { text: 'g5 NVMe' }, ['ml.g5.xlarge']],
    ['a GPU’s name', { text: 'a10g' }, ['ml.g5.xlarge']],
    ['vCPUs', { minVcpus: 3, maxVcpus: 4 }, ['ml.m5.xlarge', 'ml.g5.xlarge']],
    ['memory', { maxMemoryGiB: 8 }, ['ml.t3.medium']],
    ['GPUs', { minGpus: 1 }, ['ml.g5.xlarge']],
    ['GPU memory', { minGpuMemoryGiB: 24 }, []],
    ['price', { maxPrice: 1 }, ['ml.t3.medium']],
    ['image', { isFitting: true }, ['ml.t3.medium', 'ml.m5.xlarge']],
    [
      'quota, which the present type has already',
      { isFree: true },
      ['ml.t3.medium', 'ml.g5.xlarge']
    ],
    ['fast launch', { isFastLaunch: true }, ['ml.t3.medium']]
  ])('goes by %s', (_, filter, expected) => {
    expect(typesOf(filter)).toEqual(expected);
  });

  it('takes a small part of a frame for 250 types', () => {
    const facts = [...FACTS.values()];
    const types = Array.from({ length: 250 }, (_, index) => `ml.x${index}.y`);
    const rows = makeRows({
      ...sources,
      types,
      facts: new Map(types.map((type, index) => [type, facts[index % 3]]))
    });
    const times = Array.from({ length: 50 }, (_, index) => {
      const start = performance.now();
      filterRows(rows, { ...NO_FILTER, text: `x${index}`, minVcpus: 2 });
      return performance.now() - start;
    }).sort((a, b) => a - b);
    expect(times[25]).toBeLessThan(4);
  });
});

describe('a comparison', () => {
  it('says by how much a type differs, where both are known', () => {
    const rows = makeRows(sources);
    const [medium, , gpu, unknown] = rows;
    expect(compareRows(gpu, medium)).toEqual({
      vcpus: { value: 4, by: 2 },
      memoryGiB: { value: 16, by: 12 },
      gpus: { value: 1, by: 1 },
      gpuMemoryGiB: { value: 22.4, by: 22.4 },
      price: { value: 1.41, by: 1.41 - 0.05 }
    });
    expect(compareRows(unknown, medium)).toEqual({});
  });
});

describe('CatalogueModel', () => {
  const make = () => {
    const parts = makeSpace();
    const catalogue = new CatalogueModel({
      space: parts.model,
      instances: parts.cached,
      instanceFacts: async () => FACTS
    });
    return { ...parts, catalogue };
  };

  it('shows the types first and prices and quotas as they come', async () => {
    const { catalogue, instances } = make();
    let tell: (() => void) | undefined;
    instances.quotas.mockReturnValueOnce(
      new Promise(resolve => {
        tell = () => resolve({ value: null, reason: 'denied' });
      })
    );
    const reading = catalogue.refresh();
    await settle();
    await settle();
    expect(catalogue.shown).toHaveLength(4);
    expect(catalogue.catalogue?.quotas).toBeUndefined();
    tell?.();
    await reading;
    expect(catalogue.catalogue?.quotas).toMatchObject({ reason: 'denied' });
    expect(catalogue.catalogue?.current).toMatchObject({
      type: 'ml.t3.medium',
      price: 0.05
    });
  });

  it('keeps to what administrators offer', async () => {
    const { catalogue, spaces } = make();
    spaces.rules.mockResolvedValue({
      value: { ...rules, hiddenInstanceTypes: ['ml.g5.xlarge'] }
    });
    await catalogue.refresh();
    expect(catalogue.shown.map(({ type }) => type)).not.toContain(
      'ml.g5.xlarge'
    );
    expect(catalogue.catalogue?.hidden).toBe(1);
  });

  it('gives the same rows as long as nothing changes', async () => {
    const { catalogue } = make();
    await catalogue.refresh();
    catalogue.setFilter({ text: 'ml' });
    const { shown } = catalogue;
    expect(catalogue.shown).toBe(shown);
    catalogue.setFilter({ text: 'g5' });
    expect(catalogue.shown).toHaveLength(1);
  });
});

describe('the facts on instance types', () => {
  it('agree with the guide’s table', async () => {
    const facts = await loadInstanceFacts();
    expect(facts.get('ml.g5.12xlarge')).toMatchObject({
      vcpus: 48,
      memoryGiB: 192,
      gpus: { count: 4, name: 'NVIDIA A10G' },
      nvmeGb: 3800
    });
    const fast = [...facts].filter(([, { isFastLaunch }]) => isFastLaunch);
    expect(fast.map(([type]) => type).sort()).toEqual([
      'ml.c5.large',
      'ml.g4dn.xlarge',
      'ml.m5.large',
      'ml.t3.medium'
    ]);
  });
});
