import type { core } from 'zod/mini';
import { safeParse } from 'zod/mini';
import { isUnsafe, type Route } from '../../../contract/route.ts';
import { securityPolicy } from '../../../contract/security-policy.ts';
import type { Guard, HttpAnswer, HttpCall, HttpEvent } from '../call.ts';
import { problem } from '../responses.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Size, type and syntax of the body, before anything else is done for the request. */
export const parseBody: Guard = (call) => {
  if (!isUnsafe(call.event.requestContext.http.method)) return undefined;
  const bytes = bodyBytes(call.event);
  if (bytes.length > securityPolicy.requests.bodyBytes) {
    return problem(call, 'payload_too_large', { detail: `At most ${securityPolicy.requests.bodyBytes} bytes` });
  }
  if (call.route?.bodyIsIgnored) return undefined;
  if (bytes.length === 0) {
    if (!call.route?.body) return undefined;
    if (call.headers['content-type'] !== undefined && !isTaken(call)) return refuseType(call);
    return problem(call, 'invalid_request', { errors: [{ path: '', message: 'a JSON body is required' }] });
  }
  if (!isTaken(call)) return refuseType(call);

  try {
    call.body = typeOf(call).name === formType ? parseForm(utf8.decode(bytes)) : JSON.parse(utf8.decode(bytes));
  } catch {
    return problem(call, 'invalid_request', { errors: [{ path: '', message: 'the body is not what its type says, in UTF-8' }] });
  }
  return undefined;
};

/**
 * A form as browsers send it (URL standard, section 5). A name that ends in `[]` is a list, and no other may come twice: which of two
 * values counts must not be a matter of who reads them.
 *
 * @throws SyntaxError
 */
export function parseForm(text: string): Record<string, string | string[]> {
  const fields = new Map<string, string | string[]>();
  for (const [name, value] of new URLSearchParams(text)) {
    const key = name.replace(/\[\]$/, '');
    const known = fields.get(key);
    if (name.endsWith('[]') ? typeof known === 'string' : known !== undefined) throw new SyntaxError(`the field ${key} comes twice`);
    fields.set(key, name.endsWith('[]') ? [...((known as string[] | undefined) ?? []), value] : value);
  }
  return Object.fromEntries(fields);
}

/** The body's shape: by the route's schema; unknown fields are refused. */
export const checkSchema: Guard = (call) => {
  const { route, body } = call;
  if (route?.bodyIsIgnored) return undefined;
  if (!route?.body) {
    const empty = body === undefined || (typeof body === 'object' && body !== null && Object.keys(body).length === 0);
    return empty ? undefined : problem(call, 'invalid_request', { errors: [{ path: '', message: 'this route takes no body' }] });
  }
  const result = safeParse(route.body, body);
  if (!result.success) return problem(call, 'invalid_request', { errors: result.error.issues.slice(0, 20).flatMap(describeIssue) });
  call.body = result.data;
  return undefined;
};

function bodyBytes(event: HttpEvent): Buffer {
  return Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
}

const formType = 'application/x-www-form-urlencoded';

function typeOf({ headers }: HttpCall): { readonly name: string; readonly parameters: readonly string[] } {
  const [name = '', ...parameters] = (headers['content-type'] ?? '').split(';').map((part) => part.trim());
  return { name: name.toLowerCase(), parameters };
}

function isTaken(call: HttpCall): boolean {
  const { name, parameters } = typeOf(call);
  const isUtf8 = parameters.length === 0 || (parameters.length === 1 && /^charset\s*=\s*"?utf-8"?$/i.test(parameters[0] ?? ''));
  return isUtf8 && contentTypesOf(call.route).includes(name);
}

function refuseType(call: HttpCall): HttpAnswer {
  return problem(call, 'unsupported_media_type', { detail: `Send ${contentTypesOf(call.route).join(' or ')}, in UTF-8` });
}

function contentTypesOf(route: Route | undefined): readonly string[] {
  return route?.contentTypes ?? ['application/json'];
}

function describeIssue(issue: core.$ZodIssue): { path: string; message: string }[] {
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.slice(0, 10).map((key) => ({ path: key.slice(0, 100), message: 'is not a field of this request' }));
  }
  if (issue.code === 'invalid_type') return [{ path, message: `must be ${/^[aeio]/.test(issue.expected) ? 'an' : 'a'} ${issue.expected}` }];
  if (issue.code === 'invalid_value') return [{ path, message: `must be one of: ${issue.values.join(', ')}` }];
  if (issue.code === 'too_big' && issue.message === 'Invalid input')
    return [{ path, message: `must have at most ${issue.maximum} characters` }];
  return [{ path, message: issue.message }];
}
