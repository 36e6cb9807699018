import { toStudioError } from '../core/errors';

/** Make one AWS call; whatever it throws becomes a `StudioError` that names the operation. */
export async function call<T>(
  operation: string,
  send: () => Promise<T>
): Promise<T> {
  try {
    return await send();
  } catch (error) {
    throw toStudioError(error, operation);
  }
}
