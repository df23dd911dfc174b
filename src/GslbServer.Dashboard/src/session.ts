// Requests to the node, with the token of this tab where there is one.

const key = 'gslb.token';

export class Refusal extends Error {
  constructor(readonly status: number, detail: string, readonly names: string[]) { super(detail); }
}

export const token = {
  get: (): string => sessionStorage.getItem(key) ?? '',
  set: (value: string): void => (value ? sessionStorage.setItem(key, value) : sessionStorage.removeItem(key)),
};

let unauthorized: (why: string) => void = () => undefined;

export function onUnauthorized(then: (why: string) => void): void {
  unauthorized = then;
}

export function headers(): Record<string, string> {
  return token.get() ? { Authorization: `Bearer ${token.get()}` } : {};
}

/** @throws Refusal with what the node says, or with status 0 where it cannot be reached. */
export async function ask<T>(path: string, method = 'GET', body?: unknown, signal?: AbortSignal): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      method, signal, cache: 'no-store', headers: { ...headers(), ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Refusal(0, 'The node cannot be reached.', []);
  }
  if (response.ok) return (await response.json()) as T;
  throw await refused(response);
}

export async function refused(response: Response): Promise<Refusal> {
  const problem = (await response.json().catch(() => ({}))) as { detail?: string; title?: string; names?: string[] };
  const refusal = new Refusal(response.status, problem.detail ?? problem.title ?? `The node answers ${response.status}.`, problem.names ?? []);
  if (response.status === 401) unauthorized(refusal.message);
  return refusal;
}
