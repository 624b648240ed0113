/**
 * One CloudFront distribution: what happens to a request between the viewer's connection and the origin, and to the
 * response on its way back. Nothing is cached: every answer is the origin's newest.
 */
import type { CustomAnswer, Decision } from '../../waf/index.ts';
import { compress } from './compression.ts';
import type { Behaviour, Distribution, Target } from './distribution.ts';
import type { Firewall } from './firewall.ts';
import { selectHeaders, selectQuery } from './forwarding.ts';
import { applyResponseHeaders } from './response-headers.ts';
import { type EdgeResponse, edgeAnswer, type HeaderList, headerValue, type ViewerRequest } from './wire.ts';

/** Gives the body, or a refusal; undefined when the viewer went away. */
export type BodyReader = () => Promise<Buffer | EdgeResponse | undefined>;

export interface Edge {
  /** @returns undefined when the viewer went away */
  handle(request: ViewerRequest, readBody: BodyReader): Promise<EdgeResponse | undefined>;
  /** Puts on the headers that every response carries; for requests that could not even be read. */
  dress(response: EdgeResponse, isSecure: boolean): EdgeResponse;
}

export interface EdgeOptions {
  readonly distribution: Distribution;
  readonly firewall: Firewall | undefined;
  /** Whether the distribution answers for this `Host`. */
  readonly isKnownHost: (host: string, isSecure: boolean) => boolean;
  /** `host:port` of the HTTPS listener, for redirects. */
  readonly secureHost: (host: string) => string;
  readonly record: (status: number) => void;
}

const noBody = Buffer.alloc(0);

/** Exactly what the rule says: custom error responses of the distribution don't replace it. */
function blocked(answer: CustomAnswer | undefined): EdgeResponse {
  if (answer === undefined) return { ...edgeAnswer(403, 'The request was blocked.'), isRefusalOfFirewall: true };
  const headers: HeaderList = answer.headers.map(([name, value]) => [name.toLowerCase(), value]);
  if (answer.contentType !== '') headers.push(['content-type', answer.contentType]);
  return { status: answer.status, headers, body: Buffer.from(answer.body), isRefusalOfFirewall: true };
}

/** What WAF inserts takes the place of what the viewer sent under the same name (AWS WAF guide, "Headers with the same name"). */
function overwrite(headers: HeaderList, inserted: Decision['insertedHeaders']): HeaderList {
  if (inserted.length === 0) return headers;
  const names = new Set(inserted.map(([name]) => name.toLowerCase()));
  return [...headers.filter(([name]) => !names.has(name.toLowerCase())), ...inserted] as HeaderList;
}

export function createEdge(options: EdgeOptions): Edge {
  const { distribution, firewall, record } = options;
  const fallback = distribution.behaviours.at(-1) as Behaviour;

  async function produce(request: ViewerRequest, behaviour: Behaviour, readBody: BodyReader): Promise<EdgeResponse | undefined> {
    if (!options.isKnownHost(request.host, request.isSecure)) return edgeAnswer(403, 'The edge does not answer for this host.', true);

    let body: Buffer | undefined = request.hasBody ? undefined : noBody;
    if (body === undefined && firewall?.inspectsBody === true) {
      const outcome = await readBody();
      if (!Buffer.isBuffer(outcome)) return outcome;
      body = outcome;
    }
    const decision = firewall?.decide(request, body ?? noBody);
    if (decision !== undefined && decision.action !== 'ALLOW') return blocked(decision.response);

    if (!request.isSecure && behaviour.viewerProtocol !== 'allow-all') return refusePlain(request, behaviour);
    if (!behaviour.allowedMethods.has(request.method)) return edgeAnswer(403, 'The method is not allowed at this address.');
    // CloudFront's rule: such a body has no meaning, and smuggling likes it.
    if (request.hasBody && (request.method === 'GET' || request.method === 'HEAD'))
      return edgeAnswer(403, 'A GET request must not have a body.', true);

    let { path, query } = request;
    // What WAF inserts stands in the request from here on: functions see it, and policies decide whether the origin does.
    let headers: HeaderList = overwrite(request.headers, decision?.insertedHeaders ?? []);
    if (behaviour.onRequest !== undefined) {
      const edited = await behaviour.onRequest.onRequest({ ...request, headers }, distribution.id);
      if ('status' in edited) return edited;
      ({ path, query, headers } = edited);
    }
    if (path === '/' && distribution.defaultRootObject !== '') path = `/${distribution.defaultRootObject}`;
    if (body === undefined) {
      const outcome = await readBody();
      if (!Buffer.isBuffer(outcome)) return outcome;
      body = outcome;
    }

    const { method } = request;
    const { forwarding } = behaviour;
    const ask = ({ origin, headers: own }: Target): Promise<EdgeResponse> =>
      origin({ method, path, query: selectQuery(query, forwarding), headers: selectHeaders(request, headers, forwarding, own()), body });
    const { failover } = behaviour.target;
    let response = await ask(behaviour.target);
    if (failover?.statusCodes.has(response.status)) response = await ask(failover.target);
    if (response.status >= 400) return await errorPage(response);
    return behaviour.onResponse === undefined ? response : await behaviour.onResponse.onResponse(request, response, distribution.id);
  }

  /** Custom error responses replace what an origin says, whichever origin it is. */
  async function errorPage(response: EdgeResponse): Promise<EdgeResponse> {
    const page = distribution.errorPages.get(response.status);
    if (page?.responsePagePath === undefined) return response;
    const behaviour = distribution.behaviourFor(page.responsePagePath);
    const replacement = await behaviour.target.origin({
      method: 'GET',
      path: page.responsePagePath,
      query: '',
      headers: new Map(),
      body: noBody,
    });
    return replacement.status === 200 ? { ...replacement, status: page.responseCode ?? response.status } : response;
  }

  function refusePlain(request: ViewerRequest, behaviour: Behaviour): EdgeResponse {
    if (behaviour.viewerProtocol === 'https-only') return edgeAnswer(403, 'Only HTTPS is served here.', true);
    const location = `https://${options.secureHost(request.host)}${request.path}${request.query === '' ? '' : `?${request.query}`}`;
    const answer = edgeAnswer(301, 'Moved permanently.');
    return { ...answer, headers: [...answer.headers, ['location', location]] };
  }

  function dress(response: EdgeResponse, isSecure: boolean, behaviour: Behaviour = fallback): EdgeResponse {
    return { ...response, headers: applyResponseHeaders(response.headers, behaviour.responseHeaders, isSecure) };
  }

  return {
    async handle(request, readBody) {
      const behaviour = distribution.behaviourFor(request.path);
      const response = await produce(request, behaviour, readBody);
      if (response === undefined) return undefined;
      record(response.status);
      if (response.isRefusalOfFirewall === true) return response;
      const dressed = dress(response, request.isSecure, behaviour);
      return behaviour.compresses
        ? compress(dressed, headerValue(request.headers, 'accept-encoding') ?? headerValue(request.headers, 'Accept-Encoding'))
        : dressed;
    },
    dress,
  };
}
