import {
  driverOutputName,
  findOutputs,
  parseS3Uri,
  readFailure
} from '../outputs';

describe('driverOutputName', () => {
  it.each([
    [
      'a-b-2024-05-01T10:20:30.123Z-.ipynb',
      'a-b-2024-05-01T10-20-30-123Z.ipynb'
    ],
    ['plain.ipynb', 'plain.ipynb'],
    ['a.b.ipynb', 'a-b.ipynb'],
    ['a  b.ipynb', 'a b.ipynb']
  ])('turns %s into %s', (name, expected) => {
    expect(driverOutputName(name)).toBe(expected);
    expect(driverOutputName(expected)).toBe(expected);
  });
});

describe('findOutputs', () => {
  const job = {
    notebookName: 'train.ipynb',
    outputNotebookName: 'job-train-2024-05-01T10:20:30.123Z-.ipynb'
  };
  const executed = 'jobs/x/job-train-2024-05-01T10-20-30-123Z.ipynb';

  it('finds what the driver writes', () => {
    expect(
      findOutputs(job, [
        'jobs/x/train.ipynb',
        executed,
        executed.replace('.ipynb', '.html'),
        'jobs/x/sagemaker_job_execution.log',
        'jobs/x/model.bin'
      ])
    ).toEqual({
      notebook: executed,
      html: executed.replace('.ipynb', '.html'),
      log: 'jobs/x/sagemaker_job_execution.log',
      input: 'jobs/x/train.ipynb'
    });
  });

  it('falls back to the only other notebook', () => {
    expect(
      findOutputs(job, [
        'x/train.ipynb',
        'x/other.ipynb',
        'x/other.nbconvert.ipynb'
      ]).notebook
    ).toBe('x/other.ipynb');
    expect(
      findOutputs(job, ['x/train.ipynb', 'x/a.ipynb', 'x/b.ipynb']).notebook
    ).toBeUndefined();
    expect(findOutputs(job, ['x/train.ipynb'])).toEqual({
      input: 'x/train.ipynb'
    });
  });
});

describe('readFailure', () => {
  it('reads the driver’s mark', () => {
    expect(
      readFailure(
        'AlgorithmError: [SM-111] Error with executing notebook\nBoom'
      )
    ).toEqual({
      reason: 'AlgorithmError: Error with executing notebook\nBoom',
      saved: { input: true, notebook: true, log: true }
    });
    expect(readFailure('[SM-100] x').saved).toEqual({
      input: true,
      notebook: false,
      log: false
    });
    expect(readFailure('CapacityError: none left')).toEqual({
      reason: 'CapacityError: none left'
    });
  });
});

describe('parseS3Uri', () => {
  it('splits bucket and key', () => {
    expect(parseS3Uri('s3://b/j/output/output.tar.gz')).toEqual({
      bucket: 'b',
      key: 'j/output/output.tar.gz'
    });
    expect(parseS3Uri('s3://b')).toBeNull();
    expect(parseS3Uri('')).toBeNull();
  });
});
