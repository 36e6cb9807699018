import { valueOf } from '../core/known';
import type { ICheckContext, IJobFinding, IPreflightForm } from './findings';
import { image, network, quota, role } from './runtimeChecks';
import {
  inputBucket,
  outputBucket,
  outputKey,
  volumeKey
} from './storageChecks';

/** Looks at what would make a job fail, as far as AWS lets us; never blocks on what it can't see. */
export class Preflight {
  constructor(private readonly _options: Preflight.IOptions) {}

  get findings(): ReadonlyArray<IJobFinding> {
    return this._findings;
  }

  get isRunning(): boolean {
    return this._isRunning;
  }

  get hasProblem(): boolean {
    return this._findings.some(({ level }) => level === 'problem');
  }

  /** Whether the findings are of this form as it is now. */
  isCurrent(form: IPreflightForm): boolean {
    return this._of === keyOf(form);
  }

  /**
   * Look; never rejects.
   *
   * @param isWhole - everything, not only what the person has chosen on purpose.
   */
  async run(form: IPreflightForm, isWhole: boolean): Promise<void> {
    const run = (this._run += 1);
    const wanted = isWhole ? withDefaults(form) : form;
    const checks = [
      role,
      inputBucket,
      outputBucket,
      outputKey,
      volumeKey,
      image,
      network,
      ...(isWhole ? [quota] : [])
    ].flatMap(check => check(wanted, this._options) ?? []);
    this._findings = [];
    this._of = keyOf(form);
    if (checks.length === 0) {
      this._isRunning = false;
      return;
    }
    this._isRunning = true;
    this._options.changed();
    const found = await Promise.all(checks);
    if (run !== this._run) {
      return;
    }
    this._findings = found.flat();
    this._isRunning = false;
    this._options.changed();
  }

  private _findings: IJobFinding[] = [];
  private _isRunning = false;
  private _run = 0;
  private _of: string | null = null;
}

export namespace Preflight {
  export interface IOptions extends ICheckContext {
    changed: () => void;
  }
}

/** With what holds where nothing was chosen, as far as it is known. */
function withDefaults(form: IPreflightForm): IPreflightForm {
  const { surroundings } = form;
  const bucket = valueOf(surroundings?.bucket);
  const place = bucket ? `s3://${bucket}` : '';
  return {
    ...form,
    roleArn: form.roleArn || (valueOf(surroundings?.role)?.value ?? ''),
    inputUri: form.inputUri || place,
    outputUri: form.outputUri || place,
    imageUri: form.imageUri || (valueOf(surroundings?.image)?.value ?? '')
  };
}

/** What findings depend on. */
function keyOf(form: IPreflightForm): string {
  return JSON.stringify({
    ...form,
    surroundings: undefined,
    displayName: undefined,
    parameters: undefined,
    environment: undefined,
    tags: undefined
  });
}
