// The stream of /api/v1/live. EventSource cannot send a token, so the stream is read through fetch.

import { headers, refused, token } from './session';
import type { Frame, Hello } from './types';

export interface Listener {
  hello(hello: Hello): void;
  frame(frame: Frame): void;
  lost(why: Error): void;
}

const silenceMs = 20_000;
let current: AbortController | null = null;
let pause = 500;
let wake: () => void = () => undefined;

/** Never returns: connects again after whatever happens. */
export async function follow(listener: Listener): Promise<void> {
  for (;;) {
    try {
      await read(listener);
    } catch (error) {
      listener.lost(error instanceof Error && !(error instanceof TypeError) ? error : new Error('The node cannot be reached.'));
    }
    await new Promise<void>((resolve) => { wake = resolve; setTimeout(resolve, pause); });
    pause = Math.min(Math.max(pause * 2, 500), 8_000);
  }
}

/** Connects anew at once, with another token. */
export function reconnect(): void {
  pause = 0;
  current?.abort(new Error('The token is another.'));
  wake();
}

/** Reads until something is wrong. */
async function read(listener: Listener): Promise<never> {
  const abort = (current = new AbortController());
  const silent = (): void => abort.abort(new Error('The node fell silent.'));
  const held = token.get();
  let timer = setTimeout(silent, silenceMs);
  try {
    const response = await fetch('/api/v1/live', { headers: headers(held), signal: abort.signal, cache: 'no-store' });
    if (!response.ok || !response.body) throw await refused(response, held, false);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let buffer = '';
    let last = -1;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) throw new Error('The node ended the stream.');
      clearTimeout(timer);
      timer = setTimeout(silent, silenceMs);
      buffer += value;
      for (let end = buffer.indexOf('\n\n'); end >= 0; end = buffer.indexOf('\n\n')) {
        const [kind, data] = parse(buffer.slice(0, end));
        buffer = buffer.slice(end + 2);
        if (kind === 'hello') {
          const hello = JSON.parse(data) as Hello;
          last = hello.sequence;
          listener.hello(hello);
        } else if (kind === 'frame') {
          const frame = JSON.parse(data) as Frame;
          // Frames were lost on the way: begin again, with what the node remembers.
          if (frame.sequence !== last + 1) throw new Error('News was lost on the way.');
          last = frame.sequence;
          pause = 250;
          listener.frame(frame);
        }
      }
    }
  } catch (error) {
    throw abort.signal.aborted ? abort.signal.reason : error;
  } finally {
    clearTimeout(timer);
    abort.abort();
  }
}

function parse(block: string): [string, string] {
  let kind = '';
  let data = '';
  for (const line of block.split('\n')) {
    if (line.startsWith('event: ')) kind = line.slice(7);
    else if (line.startsWith('data: ')) data += line.slice(6);
  }
  return [kind, data];
}
