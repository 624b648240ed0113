/** Problem codes (RFC 9457): the stable names that callers may rely on, their status and their title. */
export const problems = {
  invalid_request: { status: 400, title: 'The request is not valid' },
  invalid_token: { status: 400, title: 'The link is not valid any more' },
  unauthenticated: { status: 401, title: 'Sign in first' },
  invalid_credentials: { status: 401, title: 'The address or the password is wrong' },
  invalid_code: { status: 401, title: 'The code is wrong' },
  challenge_expired: { status: 401, title: 'Sign in again' },
  origin_not_allowed: { status: 403, title: 'The request does not come from an allowed origin' },
  csrf_token_invalid: { status: 403, title: 'The CSRF token is missing or wrong' },
  enrolment_required: { status: 403, title: 'Turn on two-step verification first' },
  step_up_required: { status: 403, title: 'Confirm your password first' },
  forbidden: { status: 403, title: 'Not allowed' },
  blocked: { status: 403, title: 'The request was blocked' },
  not_found: { status: 404, title: 'There is nothing here' },
  method_not_allowed: { status: 405, title: 'The method is not allowed here' },
  conflict: { status: 409, title: 'Something else changed it first' },
  payload_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The body is not of a type that this route takes' },
  weak_password: { status: 422, title: 'Choose another password' },
  account_locked: { status: 429, title: 'Too many attempts: wait before the next one' },
  rate_limited: { status: 429, title: 'Too many requests: wait before the next one' },
  internal: { status: 500, title: 'Something went wrong on our side' },
  unavailable: { status: 503, title: 'Not available right now: try again shortly' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof problems;

/** `type` of a problem document: a stable relative reference, resolved against the site (RFC 9457 section 3.1.1). */
export function problemType(code: ProblemCode): string {
  return `/problems/${code}`;
}

export const problemContentType = 'application/problem+json';
