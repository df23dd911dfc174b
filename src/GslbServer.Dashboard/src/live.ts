// The stream of /api/v1/live. EventSource cannot send a token, so the stream is read through fetch.

import { headers, refused } from './session';
import type { Frame, Hello } from './types';

export interface Listener {
  hello(hello: Hello): void;
  frame(frame: Frame): void;
  lost(why: string): void;
}

const silenceMs = 20_000;
let current: AbortController | null = null;
let wake: () => void = () => undefined;

/** Never returns: connects again after whatever happens. */
export async function follow(listener: Listener): Promise<void> {
  for (let pause = 500; ; pause = Math.min(pause * 2, 8_000)) {
    try {
      await read(listener, () => { pause = 250; });
      listener.lost('The node ended the stream.');
    } catch (error) {
      listener.lost(error instanceof Error && error.name !== 'AbortError' && !(error instanceof TypeError) ? error.message : 'The node cannot be reached.');
    }
    await new Promise<void>((resolve) => { wake = resolve; setTimeout(resolve, pause); });
  }
}

/** Connects anew at once, with another token. */
export function reconnect(): void {
  current?.abort();
  wake();
}

async function read(listener: Listener, works: () => void): Promise<void> {
  const abort = (current = new AbortController());
  let timer = setTimeout(() => abort.abort(), silenceMs);
  try {
    const response = await fetch('/api/v1/live', { headers: headers(), signal: abort.signal, cache: 'no-store' });
    if (!response.ok || !response.body) throw await refused(response);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let buffer = '';
    let last = -1;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(timer);
      timer = setTimeout(() => abort.abort(), silenceMs);
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
          if (frame.sequence !== last + 1) return abort.abort();
          last = frame.sequence;
          works();
          listener.frame(frame);
        }
      }
    }
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
