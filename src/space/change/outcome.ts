import { StudioError } from '../../core/errors';
import type { ISpaceChangeResult } from '../../tokens';

/** What the state machine gives back; see `deploy/`. */
export interface IOutcome {
  Outcome?: 'Changed' | 'Fallback' | 'Restored';
  ResourceSpec?: unknown;
  Error?: { Error?: string; Cause?: string };
  Attempts?: { InstanceType?: string; Error?: string; Cause?: string }[];
}

/** AWS's reason for an end that was not wanted: the machine's, else the app's. */
export function errorOf(
  result: ISpaceChangeResult,
  outcome: IOutcome | null
): StudioError | undefined {
  const { witness = {}, app } = result;
  const attempt = outcome?.Attempts?.find(each => each.Error || each.Cause);
  const code = outcome?.Error?.Error ?? attempt?.Error ?? text(witness.error);
  const message =
    outcome?.Error?.Cause ??
    attempt?.Cause ??
    text(witness.cause) ??
    text(app?.FailureReason);
  if (!code && !message) {
    return undefined;
  }
  return failureOf(code?.replace(/^SageMaker\./, ''), message ?? '');
}

/**
 * A failure with the code that names it best.
 *
 * #### Notes
 * DescribeApp's and DescribeSpace's FailureReason have no member for a code: where there is one,
 * the text begins with it. The text is kept whole.
 */
export function failureOf(
  code: string | undefined,
  message: string
): StudioError {
  const isOurs =
    code === undefined || /^(App|Space|SpaceUpdate)Failed$/.test(code);
  const inside = isOurs ? NAMED.exec(message)?.[1] : undefined;
  return new StudioError({ code: inside ?? code ?? 'AppFailed', message });
}

const NAMED = /^([A-Z]\w+(?:Error|Exception|Exceeded|Fault)):/;

/** The output of the state machine's execution, which is JSON in a string. */
export function readOutcome(
  witness: Record<string, unknown> | undefined
): IOutcome | null {
  try {
    return JSON.parse(text(witness?.output) ?? 'null') as IOutcome | null;
  } catch {
    return null;
  }
}

/** The instance type of an app or of an outcome. */
export function typeOf(
  app: { ResourceSpec?: unknown } | null
): string | undefined {
  const spec = app?.ResourceSpec as { InstanceType?: string } | undefined;
  return spec?.InstanceType;
}

/** A text that says something. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value ? value : undefined;
}
