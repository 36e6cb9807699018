import { boto3Code, stepCode } from '../code';
import { PythonExpression, pythonLiteral } from '../pythonWriter';
import { job } from './fakes';

const { execFileSync } = jest.requireActual<{
  execFileSync: (file: string, args: string[], options: object) => string;
}>('child_process');

/** What Python makes of a text on its standard input. */
function python(script: string, input: string): unknown {
  return JSON.parse(
    execFileSync('python3', ['-c', script], { input, encoding: 'utf-8' })
  );
}

const READ =
  'import ast, json, sys; print(json.dumps(ast.literal_eval(sys.stdin.read())))';
const PARSE =
  'import ast, json, sys; print(json.dumps(len(ast.parse(sys.stdin.read()).body)))';

describe('pythonLiteral', () => {
  it('is read by Python as what it was', () => {
    const value = {
      text: ' "quoted" \\ back\nnew\ttab {brace} \u2028 ü 数据 🙂 \u0007',
      number: -1.5,
      big: 172800,
      yes: true,
      no: false,
      none: null,
      list: [1, 'two', []],
      empty: {},
      'key = "x"': { deep: ['a'] }
    };
    expect(python(READ, pythonLiteral(value))).toEqual(value);
  });

  it('leaves out what is not there, and expressions as they are', () => {
    expect(
      pythonLiteral({
        a: undefined,
        b: new PythonExpression('os.environ["X"]')
      })
    ).toBe('{\n    "b": os.environ["X"],\n}');
  });
});

const run = job({
  name: 'demo-train-a1b2c3d4-2024-05-01-10-00-00',
  arn: 'arn:aws:sagemaker:eu-west-1:123456789012:training-job/x',
  displayName: '2nd “demo”',
  notebookPath: 'work/train.ipynb',
  packageFolder: true,
  parameters: { label: ' a\n"b"', epochs: '3' },
  environment: { API_KEY: 'hush' },
  tags: {
    'sagemaker:domain-arn': 'arn:aws:sagemaker:eu-west-1:1:domain/d-1',
    'sagemaker:user-profile-name': 'jo'
  }
});

describe('Cells that run a job again', () => {
  it('with boto3: the whole request, a new name, no values that may be secrets', () => {
    const code = boto3Code(run, {
      input: {
        TrainingJobName: run.name,
        HyperParameters: run.parameters,
        Environment: { SM_KERNEL_NAME: 'python3' }
      },
      variables: ['API_KEY']
    });
    expect(python(PARSE, code)).toBe(6);
    expect(code).toContain('region_name="eu-west-1"');
    expect(code).toContain('"API_KEY": os.environ["API_KEY"],');
    expect(code).toContain('"label": " a\\n\\"b\\"",');
    expect(code).toContain(
      `f"demo-train-a1b2c3d4-2024-05-01-10-00-00-{time.strftime('%Y-%m-%d-%H-%M-%S')}"`
    );
    expect(code).not.toContain('hush');
  });

  it('with the SDK: a step under a name it takes, shown where the job was', () => {
    const code = stepCode(run);
    expect(python(PARSE, code)).toBe(6);
    expect(code).toContain('name="nd-demo"');
    expect(code).toContain('input_notebook="work/train.ipynb"');
    expect(code).toContain('"work",');
    expect(code).toContain('"Value": "d-1"');
    expect(code).toContain('os.environ["API_KEY"]');
    expect(code).not.toContain('hush');
  });

  it('names a step even where nothing is left of the name', () => {
    expect(stepCode(job({ displayName: '数据' }))).toContain(
      'name="notebook-job"'
    );
  });
});
