import type { ProblemCode } from '../contract/problems.ts';
import type { ProblemDocument } from '../contract/schemas.ts';

export type FieldError = NonNullable<ProblemDocument['errors']>[number];

/** The server answered, and the answer is a problem (RFC 9457). */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly status: number;
  /** Stable; decide by this, never by the title. */
  readonly code: ProblemCode;
  /** Seconds to wait before the next try, where the server said so. */
  readonly retryAfter: number | undefined;
  /** Per field, for `invalid_request` and `weak_password`. */
  readonly errors: readonly FieldError[];
  /** Quote it when asking for help: the logs have it. */
  readonly requestId: string | undefined;

  constructor(problem: {
    title: string;
    status: number;
    code: ProblemCode;
    retryAfter?: number | undefined;
    errors?: readonly FieldError[] | undefined;
    requestId?: string | undefined;
  }) {
    super(problem.title);
    this.status = problem.status;
    this.code = problem.code;
    this.retryAfter = problem.retryAfter;
    this.errors = problem.errors ?? [];
    this.requestId = problem.requestId;
  }
}

/** No answer came: offline, refused, cut off or timed out. Whether the request was carried out is unknown. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
}

/** What a status means when its body is not ours: the edge, or a proxy on the way, refused in its own words. */
function codeOfStatus(status: number): ProblemCode {
  if (status === 401) return 'unauthenticated';
  if (status === 403) return 'blocked';
  if (status === 404) return 'not_found';
  if (status === 405) return 'method_not_allowed';
  if (status === 409) return 'conflict';
  if (status === 413) return 'payload_too_large';
  if (status === 415) return 'unsupported_media_type';
  if (status === 429) return 'rate_limited';
  if (status === 502 || status === 503 || status === 504) return 'unavailable';
  return status < 500 ? 'invalid_request' : 'internal';
}

/**
 * Reads a refused answer.
 *
 * @returns the problem it carries; for a body that is no problem document, the problem that its status stands for.
 */
export async function problemOf(response: Response): Promise<ProblemError> {
  const header = Number.parseInt(response.headers.get('retry-after') ?? '', 10);
  const retryAfter = Number.isNaN(header) ? undefined : header;
  if (response.headers.get('content-type')?.startsWith('application/problem+json')) {
    const document = (await response.json().catch(() => undefined)) as Partial<ProblemDocument> | undefined;
    if (typeof document?.code === 'string') {
      return new ProblemError({
        title: document.title ?? document.code,
        status: response.status,
        code: document.code as ProblemCode,
        retryAfter: document.retryAfter ?? retryAfter,
        errors: document.errors,
        requestId: document.requestId,
      });
    }
  }
  const code = codeOfStatus(response.status);
  return new ProblemError({
    title: `HTTP ${response.status}`,
    status: response.status,
    code,
    retryAfter,
    requestId: response.headers.get('x-request-id') ?? undefined,
  });
}
