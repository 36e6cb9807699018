/** One server-sent event. */
export interface IServerEvent {
  name: string;
  data: string;
}

/**
 * The events of a streaming answer (HTML standard, "Server-sent events"), as they come.
 *
 * `EventSource` can't be used: it sends no headers, so no token, and retries as it likes.
 *
 * @param onBytes - called at any sign of life, comments included.
 * @param signal - ends the reading.
 */
export async function* readEvents(
  response: Response,
  onBytes: () => void,
  signal: AbortSignal
): AsyncGenerator<IServerEvent> {
  const reader = response.body?.getReader();
  if (!reader) {
    return;
  }
  const cancel = () => void reader.cancel().catch(() => undefined);
  signal.addEventListener('abort', cancel);
  const decoder = new TextDecoder();
  let text = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return;
      }
      onBytes();
      text += decoder.decode(value, { stream: true });
      // A block is only complete with the empty line behind it.
      const blocks = text.split(/\r?\n\r?\n/);
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const event = parseBlock(block);
        if (event) {
          yield event;
        }
      }
    }
  } finally {
    signal.removeEventListener('abort', cancel);
    cancel();
  }
}

function parseBlock(block: string): IServerEvent | undefined {
  let name = 'message';
  const data: string[] = [];
  for (const line of block.split(/\r?\n/)) {
    const [, field, value] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
    if (field === 'event') {
      name = value;
    } else if (field === 'data') {
      data.push(value);
    }
  }
  return data.length > 0 ? { name, data: data.join('\n') } : undefined;
}
