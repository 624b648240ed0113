/** Every response this API gives is built here: security headers, request id, caching, and problem documents (RFC 9457). */
import { createHash } from 'node:crypto';
import { type ProblemCode, problemContentType, problems, problemType } from '../../contract/problems.ts';
import type { ProblemDocument } from '../../contract/schemas.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import type { HttpAnswer, HttpCall } from './call.ts';

export interface AnswerOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
}

export function answer(call: HttpCall, status: number, body?: unknown, options: AnswerOptions = {}): HttpAnswer {
  const cacheSeconds = call.route?.cacheSeconds;
  return {
    statusCode: status,
    headers: {
      ...baseHeaders(call),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json; charset=utf-8' }),
      'Cache-Control': cacheSeconds === undefined ? 'no-store' : `public, max-age=${cacheSeconds}`,
      ...options.headers,
    },
    ...(options.cookies ? { cookies: [...options.cookies] } : {}),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
}

/** A page for people: it belongs to whoever asked, as everything that a token leads to. */
export function answerPage(call: HttpCall, status: number, language: string, text: string): HttpAnswer {
  return {
    statusCode: status,
    headers: {
      ...baseHeaders(call),
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Language': language,
      'Cache-Control': 'no-store',
    },
    body: text,
  };
}

/** 200 with an entity tag, or 304 for whoever has this very answer already (RFC 9110 section 13.1.2). */
export function answerUnlessKnown(call: HttpCall, body: unknown): HttpAnswer {
  const text = JSON.stringify(body);
  const tag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"`;
  // A cache on the way may have compressed it, and says so by a weak tag.
  const known = (call.headers['if-none-match'] ?? '').split(',').map((each) => each.trim().replace(/^W\//, ''));
  if (!known.includes(tag)) return answer(call, 200, body, { headers: { ETag: tag } });
  return answer(call, 304, undefined, { headers: { ETag: tag } });
}

export interface ProblemOptions extends AnswerOptions {
  readonly detail?: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
  readonly retryAfterSeconds?: number;
}

export function problem(call: HttpCall, code: ProblemCode, options: ProblemOptions = {}): HttpAnswer {
  const { status, title } = problems[code];
  const document: ProblemDocument = {
    type: problemType(code),
    title,
    status,
    code,
    requestId: call.requestId,
    ...(options.detail === undefined ? {} : { detail: options.detail }),
    ...(options.errors ? { errors: options.errors.map((error) => ({ ...error })) } : {}),
    ...(options.retryAfterSeconds === undefined ? {} : { retryAfter: options.retryAfterSeconds }),
  };
  return {
    statusCode: status,
    headers: {
      ...baseHeaders(call),
      'Content-Type': problemContentType,
      'Cache-Control': 'no-store',
      ...(options.retryAfterSeconds === undefined ? {} : { 'Retry-After': String(options.retryAfterSeconds) }),
      // RFC 9110 section 15.5.2: a 401 names a scheme. Bearer opens no dialogue in browsers.
      ...(status === 401 ? { 'WWW-Authenticate': 'Bearer realm="portiere"' } : {}),
      ...options.headers,
    },
    ...(options.cookies ? { cookies: [...options.cookies] } : {}),
    body: JSON.stringify(document),
  };
}

/** With the edge in front these are set there too; they stand here for the day when it is not. */
function baseHeaders(call: HttpCall): Record<string, string> {
  return {
    ...securityPolicy.headers,
    'X-Request-Id': call.requestId,
    Vary: 'Origin',
    ...(call.corsOrigin === undefined
      ? call.route?.anyOrigin && { 'Access-Control-Allow-Origin': '*' }
      : {
          'Access-Control-Allow-Origin': call.corsOrigin,
          'Access-Control-Allow-Credentials': 'true',
          'Access-Control-Expose-Headers': 'Retry-After, X-Request-Id, X-Session-Token',
        }),
  };
}
