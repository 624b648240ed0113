/** What a row of `routes.ts` says. */
import type { ApiFunctionId } from './privileges.ts';
import type { ProblemCode } from './problems.ts';
import type * as schemas from './schemas.ts';
import type { SecurityPolicy } from './security-policy.ts';

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: `/v1/${string}`;
  readonly function: ApiFunctionId;
  /**
   * `session`: a session cookie or bearer token is needed, and with a cookie every unsafe method needs the CSRF token.
   * `staff`: the session of a member of staff who has a second factor, as well.
   */
  readonly auth: 'none' | 'session' | 'staff';
  /** Open to people who owe a second factor that the deployment asks for: what they need to enrol, and no more. */
  readonly withoutRequiredFactor?: true;
  /** The session must have been stepped up within `sessions.stepUpSeconds`; `with-second-factor`: only where two-step verification is on. */
  readonly stepUp?: true | 'with-second-factor';
  /**
   * `any`: taken whatever `Origin` says, for what browsers send by themselves (with `null`, or without one). A request from another site
   * then does what a request by curl does, so this is only for routes that know no caller but by a token in the request itself, and set no cookie.
   */
  readonly origin?: 'any';
  /** Of the body; `application/json` where nothing is said. */
  readonly contentTypes?: readonly string[];
  /** How often one address, or one account, may call it: taken last, by one write. Sign-in takes its own beside its first reading (domain/guess.ts). */
  readonly budget?: keyof SecurityPolicy['budgets'];
  readonly body?: (typeof schemas)[keyof typeof schemas] & { readonly _zod: unknown };
  readonly answers: {
    readonly status: 200 | 201 | 202 | 204;
    readonly schema?: (typeof schemas)[keyof typeof schemas] & { readonly _zod: unknown };
  };
  /** The answer is a page for people, complete without a script, and so are its problems. */
  readonly page?: true;
  /** What stands in the address behind the question mark. */
  readonly query?: readonly string[];
  /** Whatever the body is, it says nothing: what counts stands in the address (RFC 8058 section 3.1). */
  readonly bodyIsIgnored?: true;
  /** Beyond those that the guards imply. */
  readonly problems: readonly ProblemCode[];
  readonly summary: string;
  /** Public documents may be cached this long. */
  readonly cacheSeconds?: number;
  /** A public document that scripts of every origin may read, without credentials (Fetch standard, CORS protocol). */
  readonly anyOrigin?: true;
}

/** Takes what no route takes (`$default` of the HTTP API), answers preflights, `not_found` and `method_not_allowed`. */
export const fallbackFunction: ApiFunctionId = 'public';

export function isUnsafe(method: string): boolean {
  return method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS';
}
