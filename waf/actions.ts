/** What a rule does when it matches: actions, custom responses, inserted headers, labels. */
import { type Properties, readInteger, readList, readProperties, readString, readVariant, refuse } from './template.ts';
import type { CustomAnswer, RuleAction } from './types.ts';

export interface CompiledAction {
  readonly action: RuleAction;
  readonly insertedHeaders: readonly (readonly [string, string])[];
  /** Set for whatever ends the evaluation without letting the request through. */
  readonly response?: CustomAnswer;
}

/** AWS WAF guide, "Supported status codes for custom response". */
const statusCodes = new Set([
  200, 201, 202, 204, 206, 300, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 408, 409, 411, 412, 413, 414, 415, 416, 421, 429,
  500, 501, 502, 503, 504,
]);
const contentTypes: Readonly<Record<string, string>> = {
  TEXT_PLAIN: 'text/plain',
  TEXT_HTML: 'text/html',
  APPLICATION_JSON: 'application/json',
};
const reservedLabelWords = new Set(['aws', 'waf', 'awswaf', 'managed', 'rulegroup', 'webacl', 'regexpatternset', 'ipset']);

/** AWS WAF guide, "CAPTCHA and Challenge action behavior"; the scripts in the page are AWS's. */
const interstitials: Readonly<Record<'Captcha' | 'Challenge', CustomAnswer>> = {
  Captcha: { status: 405, headers: [['x-amzn-waf-action', 'captcha']], body: '', contentType: '' },
  Challenge: { status: 202, headers: [['x-amzn-waf-action', 'challenge']], body: '', contentType: '' },
};

export interface ResponseBody {
  readonly body: string;
  readonly contentType: string;
}

/** The property CustomResponseBodies. */
export function readResponseBodies(value: unknown, place: string): ReadonlyMap<string, ResponseBody> {
  if (value === undefined) return new Map();
  const bodies = Object.entries(readProperties(value, place)).map(([key, entry]) => {
    const properties = readProperties(entry, `${place}.${key}`, ['Content', 'ContentType']);
    const type = readString(properties.ContentType, `${place}.${key}.ContentType`);
    const contentType =
      contentTypes[type] ??
      refuse(`${place}.${key}.ContentType`, `${type} is not supported`, `Use ${Object.keys(contentTypes).join(', ')}`);
    const body = readString(properties.Content, `${place}.${key}.Content`);
    const bytes = Buffer.byteLength(body, 'utf8');
    if (bytes > 4096) refuse(`${place}.${key}.Content`, `${bytes} bytes are more than the 4096 that AWS WAF takes`, 'Shorten it');
    return [key, { body, contentType }] as const;
  });
  return new Map(bodies);
}

/** The properties Action, ActionToUse and DefaultAction. */
export function compileAction(value: unknown, bodies: ReadonlyMap<string, ResponseBody>, place: string): CompiledAction {
  const [kind, settings] = readVariant(value, place);
  const kindPlace = `${place}.${kind}`;
  switch (kind) {
    case 'Allow':
    case 'Count': {
      const properties = readProperties(settings, kindPlace, ['CustomRequestHandling']);
      return { action: kind === 'Allow' ? 'ALLOW' : 'COUNT', insertedHeaders: readInsertedHeaders(properties, kindPlace) };
    }
    case 'Block': {
      const properties = readProperties(settings, kindPlace, ['CustomResponse']);
      return {
        action: 'BLOCK',
        insertedHeaders: [],
        response: readResponse(properties.CustomResponse, bodies, `${kindPlace}.CustomResponse`),
      };
    }
    case 'Captcha':
    case 'Challenge': {
      const properties = readProperties(settings, kindPlace, ['CustomRequestHandling']);
      readInsertedHeaders(properties, kindPlace);
      // For a valid token alone, which nobody can tell here from another one.
      return { action: kind === 'Captcha' ? 'CAPTCHA' : 'CHALLENGE', insertedHeaders: [], response: interstitials[kind] };
    }
    default:
      return refuse(kindPlace, `the action ${kind} is not evaluated`, 'Use Allow, Block, Count, Captcha or Challenge');
  }
}

function readInsertedHeaders(properties: Properties, place: string): [string, string][] {
  if (properties.CustomRequestHandling === undefined) return [];
  const handlingPlace = `${place}.CustomRequestHandling`;
  const { InsertHeaders } = readProperties(properties.CustomRequestHandling, handlingPlace, ['InsertHeaders']);
  return readHeaders(InsertHeaders, `${handlingPlace}.InsertHeaders`).map(([name, value]) => [`x-amzn-waf-${name}`, value]);
}

function readHeaders(value: unknown, place: string): [string, string][] {
  const headers = readList(value, place, 1, 10).map((entry, index): [string, string] => {
    const properties = readProperties(entry, `${place}[${index}]`, ['Name', 'Value']);
    const name = readString(properties.Name, `${place}[${index}].Name`);
    const header = readString(properties.Value, `${place}[${index}].Value`);
    // AWS WAF API reference, CustomHTTPHeader.
    if (!/^[\w.$-]{1,64}$/.test(name))
      refuse(
        `${place}[${index}].Name`,
        `${JSON.stringify(name)} is not a header name that AWS WAF takes`,
        'Use up to 64 letters, digits and ._$-',
      );
    if (header.length === 0 || header.length > 255)
      refuse(`${place}[${index}].Value`, `the value of ${name} has ${header.length} characters`, 'AWS WAF takes 1 to 255: shorten it');
    return [name, header];
  });
  const names = headers.map(([name]) => name.toLowerCase());
  if (new Set(names).size !== names.length) refuse(place, 'a header stands there twice', 'AWS WAF takes each name once');
  return headers;
}

function readResponse(value: unknown, bodies: ReadonlyMap<string, ResponseBody>, place: string): CustomAnswer {
  if (value === undefined) return { status: 403, headers: [], body: '', contentType: '' };
  const properties = readProperties(value, place, ['ResponseCode', 'CustomResponseBodyKey', 'ResponseHeaders']);
  const status = readInteger(properties.ResponseCode, `${place}.ResponseCode`, 200, 599);
  if (!statusCodes.has(status))
    refuse(`${place}.ResponseCode`, `AWS WAF doesn't answer with ${status}`, `Use one of ${[...statusCodes].join(', ')}`);
  const headers = properties.ResponseHeaders === undefined ? [] : readHeaders(properties.ResponseHeaders, `${place}.ResponseHeaders`);
  if (headers.some(([name]) => name.toLowerCase() === 'content-type')) {
    refuse(`${place}.ResponseHeaders`, 'content-type is set by the body', 'Set ContentType in CustomResponseBodies');
  }
  if (properties.CustomResponseBodyKey === undefined) return { status, headers, body: '', contentType: '' };
  const key = readString(properties.CustomResponseBodyKey, `${place}.CustomResponseBodyKey`);
  const body =
    bodies.get(key) ??
    refuse(`${place}.CustomResponseBodyKey`, `there is no body ${JSON.stringify(key)}`, 'Define it in CustomResponseBodies');
  return { status, headers, ...body };
}

/** The property RuleLabels, made fully qualified. */
export function readRuleLabels(value: unknown, prefix: string, place: string): string[] {
  if (value === undefined) return [];
  return readList(value, place, 1, 100).map((entry, index) => {
    const labelPlace = `${place}[${index}]`;
    const name = readString(readProperties(entry, labelPlace, ['Name']).Name, `${labelPlace}.Name`);
    const parts = name.split(':');
    if (parts.length > 6 || parts.some((part) => !/^[0-9A-Za-z_-]{1,128}$/.test(part))) {
      refuse(
        labelPlace,
        `${JSON.stringify(name)} is not a label`,
        'Use up to 5 namespaces and a name of letters, digits, _ and -, parted by colons',
      );
    }
    const reserved = parts.find((part) => reservedLabelWords.has(part));
    if (reserved !== undefined) refuse(labelPlace, `${reserved} is reserved in labels`, 'Choose another word');
    return prefix + name;
  });
}
