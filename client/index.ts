/**
 * The typed client of the HTTP API, for browsers and native apps.
 *
 * @example
 * const portiere = createClient({ baseUrl: 'https://accounts.example.com' });
 * const answer = await portiere['sign-in']({ email, password });
 * if (answer.status === 'signed_in') console.log(answer.account.email);
 */
import type { ProblemCode } from '../contract/problems.ts';
import { endpoints } from './endpoints.generated.ts';
import { ConnectionError, ProblemError, problemOf } from './errors.ts';
import type { CallOptions, Client, ClientRouteId } from './types.ts';

export { ConnectionError, type FieldError, ProblemError } from './errors.ts';
export type { AnswerOf, Client, InputOf } from './types.ts';

export interface ClientOptions {
  /** `https://host[:port]` of the site; empty for the page's own. */
  readonly baseUrl: string;
  /** Defaults to the platform's. */
  readonly fetch?: typeof fetch;
  /** Bearer token of a native app, as `sign-in` with `delivery: 'bearer'` gave it. With one, no cookie is sent. */
  readonly token?: string;
  /** How long to wait for an answer; longer than a function may take. */
  readonly timeoutMilliseconds?: number;
  /**
   * Called when the server wants the person confirmed again (`step_up_required`): it asks for the password, calls
   * `session.step-up`, and resolves. The refused request is then repeated, once; if it rejects, so does the request.
   */
  readonly onStepUpRequired?: () => Promise<void>;
}

function isProblem(error: unknown, code: ProblemCode): error is ProblemError {
  return error instanceof ProblemError && error.code === code;
}

/** After these the session has another CSRF token. */
const rotating = new Set<ClientRouteId>(['session.step-up', 'session.step-up.passkey']);
/** The input of a call that takes none. */
const nothing: Record<string, unknown> = {};
const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Makes a client. It remembers the CSRF token and the bearer token that answers bring, in memory only.
 *
 * Every method rejects with `ProblemError` when the server refuses, and with `ConnectionError` when no answer comes.
 */
export function createClient({
  baseUrl,
  fetch: send = globalThis.fetch,
  token,
  timeoutMilliseconds = 20_000,
  onStepUpRequired,
}: ClientOptions): Client {
  let bearer = token;
  let csrfToken: string | undefined;

  function remember(answer: unknown): void {
    if (typeof answer !== 'object' || answer === null) return;
    if ('csrfToken' in answer && typeof answer.csrfToken === 'string') csrfToken = answer.csrfToken;
    if ('token' in answer && typeof answer.token === 'string') bearer = answer.token;
  }

  async function request(id: ClientRouteId, input: Record<string, unknown>, options: CallOptions): Promise<unknown> {
    const { method, path } = endpoints[id];
    const body = { ...input };
    const target = path.replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = body[name];
      delete body[name];
      return encodeURIComponent(String(value));
    });
    // An empty object that was given is a body with nothing in it; one that is left when the path has taken its own is none.
    const hasBody = Object.keys(body).length > 0 || (input !== nothing && Object.keys(input).length === 0);
    const headers = new Headers({ Accept: 'application/json' });
    if (hasBody) headers.set('Content-Type', 'application/json');
    if (bearer !== undefined) headers.set('Authorization', `Bearer ${bearer}`);
    else if (csrfToken !== undefined && !safeMethods.has(method)) headers.set('X-CSRF-Token', csrfToken);
    const timeout = AbortSignal.timeout(timeoutMilliseconds);

    let response: Response;
    try {
      response = await send(baseUrl + target, {
        method,
        headers,
        ...(hasBody && { body: JSON.stringify(body) }),
        credentials: bearer === undefined ? 'include' : 'omit',
        cache: 'no-store',
        signal: options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]),
      });
    } catch (cause) {
      // A caller that aborts gets its own reason back; anything else is the network's.
      options.signal?.throwIfAborted();
      throw new ConnectionError('No answer from the server', { cause });
    }
    if (!response.ok) throw await problemOf(response);
    if (response.status === 204) return undefined;
    const answer: unknown = await response.json().catch((cause: unknown) => {
      throw new ConnectionError('The answer was cut off', { cause });
    });
    remember(answer);
    return answer;
  }

  /**
   * The CSRF token belongs to the session, and the session rotates: a refusal means that ours is old or was never
   * fetched. Nothing was carried out then, so the request may be repeated, once.
   */
  async function requestWithToken(id: ClientRouteId, input: Record<string, unknown>, options: CallOptions): Promise<unknown> {
    try {
      return await request(id, input, options);
    } catch (error) {
      if (!isProblem(error, 'csrf_token_invalid') || bearer !== undefined) throw error;
      await request('session.read', nothing, options);
      return await request(id, input, options);
    }
  }

  async function call(id: ClientRouteId, input: Record<string, unknown> = nothing, options: CallOptions = {}): Promise<unknown> {
    let answer: unknown;
    try {
      answer = await requestWithToken(id, input, options);
    } catch (error) {
      if (!isProblem(error, 'step_up_required') || onStepUpRequired === undefined) throw error;
      await onStepUpRequired();
      answer = await requestWithToken(id, input, options);
    }
    if (rotating.has(id) && bearer === undefined) {
      // The session was rotated, and its CSRF token with it. If this fails, the next refusal fetches the token.
      await request('session.read', nothing, options).catch(() => undefined);
    }
    if (id === 'sign-out') {
      csrfToken = undefined;
      bearer = undefined;
    }
    return answer;
  }

  const methods = (Object.keys(endpoints) as ClientRouteId[]).map((id) => [
    id,
    (input?: Record<string, unknown>, options?: CallOptions) => call(id, input, options),
  ]);
  return Object.fromEntries(methods) as Client;
}
