/** What a deletion that stopped half-way has left. */
import { StudioError } from '../core/errors';
import type { RemovalStep, TriggerKind } from '../tokens';

/** Whether AWS says that something isn't there. */
export function isGone(error: StudioError): boolean {
  return (
    /^(ResourceNotFound|DefinitionMissing)/.test(error.code) ||
    (error.code.startsWith('Validation') &&
      /not found|does not exist/i.test(error.message))
  );
}

/** An error that says what a deletion left behind, and how to be rid of it. */
export function halfDone(
  error: StudioError,
  id: string,
  kind: TriggerKind | null,
  done: RemovalStep[]
): StudioError {
  const left = [
    ...(done.includes('pipeline') ? [] : [`the pipeline ${id}`]),
    ...(kind === 'rule' ? [`the EventBridge rule ${id}`] : []),
    ...(kind === 'scheduler' && !done.includes('trigger')
      ? [`the schedule ${id}`]
      : [])
  ].join(' and ');
  const stopped = done.includes('trigger')
    ? 'It starts no more runs.'
    : 'It still starts runs.';
  return new StudioError({
    code: error.code,
    message: error.message,
    operation: error.operation,
    requestId: error.requestId,
    status: error.status,
    cause: error,
    hint: `${stopped} Left behind: ${left}. Delete the definition again once the reason is gone; what is deleted already is passed over.`
  });
}
