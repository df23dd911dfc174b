// Requests to the node, with the token of this tab where there is one.

const key = 'gslb.token';

export class Refusal extends Error {
  constructor(readonly status: number, detail: string, readonly names: string[]) { super(detail); }
}

export const token = {
  get: (): string => sessionStorage.getItem(key) ?? '',
  set: (value: string): void => (value ? sessionStorage.setItem(key, value) : sessionStorage.removeItem(key)),
};

/** `held` is the token that was sent, or nothing; `asked` whether somebody did something, rather than the page by itself. */
type Unauthorized = (why: string, held: string, asked: boolean) => void;

let unauthorized: Unauthorized = () => undefined;

export function onUnauthorized(then: Unauthorized): void {
  unauthorized = then;
}

export function headers(held: string): Record<string, string> {
  return held ? { Authorization: `Bearer ${held}` } : {};
}

export interface Who { name: string | null; role: string; by: string }

/** Whom the node takes the holder of a token for. */
export function whoami(held: string, signal?: AbortSignal): Promise<Who> {
  return ask<Who>('/api/v1/whoami', 'GET', undefined, signal, held);
}

/** @throws Refusal with what the node says, or with status 0 where it cannot be reached. */
export async function ask<T>(path: string, method = 'GET', body?: unknown, signal?: AbortSignal, held = token.get()): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      method, signal, cache: 'no-store', headers: { ...headers(held), ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Refusal(0, 'The node cannot be reached.', []);
  }
  if (response.ok) return (await response.json()) as T;
  throw await refused(response, held, true);
}

export async function refused(response: Response, held: string, asked: boolean): Promise<Refusal> {
  const problem = (await response.json().catch(() => ({}))) as { detail?: string; title?: string; names?: string[] };
  const refusal = new Refusal(response.status, problem.detail ?? problem.title ?? `The node answers ${response.status}.`, problem.names ?? []);
  if (response.status === 401) unauthorized(refusal.message, held, asked);
  return refusal;
}
