import {
  actualOutputName,
  baseName,
  folderName,
  isReservedVariable,
  mergeTags,
  newJobName,
  ownEnvironment,
  requestedOutputName,
  tagValue
} from '../wire';

const NOW = new Date(2025, 5, 5, 4, 3, 2, 45);

describe('newJobName', () => {
  it.each([
    [
      'My job',
      'a notebook.ipynb',
      /^Myjob-anotebook-[0-9a-f]{8}-2025-06-05-04-03-02$/
    ],
    [
      'a very long name indeed, really',
      'a-very-long-notebook-name.ipynb',
      /^averylongnameinde-averylongnoteboo-[0-9a-f]{8}-2025-06-05-04-03-02$/
    ],
    ['日次レポート', '数据.ipynb', /^job-notebook-[0-9a-f]{8}-/],
    ['café', 'naïve.v2.ipynb', /^caf-navev2-/]
  ])('makes a valid name of %s and %s', (job, notebook, pattern) => {
    const name = newJobName(job, notebook, NOW);
    expect(name).toMatch(pattern);
    expect(name).toMatch(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/);
    // What jupyter-scheduler's routes take for a job's id.
    expect(name).toMatch(/^\w+(?:-\w+)+$/);
  });

  it('makes no name twice', () => {
    const names = Array.from({ length: 200 }, () =>
      newJobName('a', 'b.ipynb', NOW)
    );
    expect(new Set(names).size).toBe(200);
  });
});

describe('the output notebook', () => {
  it('is asked for as AWS’s scheduler does', () => {
    expect(
      requestedOutputName(
        'My first job',
        'a notebook.ipynb',
        new Date('2025-06-05T04:03:02.045Z')
      )
    ).toBe('Myfirstjob-anotebook-2025-06-05T04:03:02.045Z-.ipynb');
  });

  it.each([
    [
      'hello-7-Hello-2022-10-24T18:59:43.851Z-.ipynb',
      'hello-7-Hello-2022-10-24T18-59-43-851Z.ipynb'
    ],
    ['plain.ipynb', 'plain.ipynb'],
    ['a.b.c.ipynb', 'a-b-c.ipynb'],
    ['x-2025-01-01T00:00:00Z-ipynb', 'x-2025-01-01T00-00-00Z.ipynb'],
    ['a  b.ipynb', 'a b.ipynb'],
    ['no extension', 'no extension'],
    ['', '']
  ])('asked for as %j is written as %j', (requested, written) => {
    expect(actualOutputName(requested)).toBe(written);
  });
});

describe('paths', () => {
  it.each([
    ['a.ipynb', 'a.ipynb', ''],
    ['work/a b.ipynb', 'a b.ipynb', 'work'],
    ['RTC:a.ipynb', 'a.ipynb', 'RTC:'],
    ['RTC:work/deep/a.ipynb', 'a.ipynb', 'RTC:work/deep']
  ])('%s', (path, base, folder) => {
    expect(baseName(path)).toBe(base);
    expect(folderName(path)).toBe(folder);
  });
});

describe('tags', () => {
  it('hold only what AWS takes', () => {
    expect(tagValue('Größe (v2) – 数据 📈!')).toBe('Größe _v2_ _ 数据 __');
    expect(tagValue('x'.repeat(300))).toHaveLength(256);
    expect(tagValue('e\u0301')).toBe('é');
  });

  it('come once each, without AWS’s own, and no more than fit', () => {
    expect(
      mergeTags(
        [{ Key: 'a', Value: '1' }],
        [
          { Key: 'a', Value: '2' },
          { Key: 'aws:x', Value: '3' },
          { Key: 'b', Value: '4' }
        ]
      )
    ).toEqual([
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '4' }
    ]);
    const many = Array.from({ length: 60 }, (_, at) => ({
      Key: `k${at}`,
      Value: ''
    }));
    expect(mergeTags(many)).toHaveLength(49);
  });
});

it('tells a person’s variables from the scheduler’s', () => {
  expect(isReservedVariable('SM_KERNEL_NAME')).toBe(true);
  expect(isReservedVariable('SM_MY_OWN')).toBe(false);
  expect(
    ownEnvironment({ SM_ENV_NAME: 'x', AWS_DEFAULT_REGION: 'y', A: '1' })
  ).toEqual({ A: '1' });
});
