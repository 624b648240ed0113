/**
 * The one endpoint of all services: learns who calls which service, and hands the request on. Over HTTP, for whoever has an SDK or a
 * command line; and called directly, for the functions (`functions/service-calls.ts`).
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type Faults, faultLatencyMilliseconds } from '../faults.ts';
import { AwsError, accessDenied } from './aws-error.ts';
import type { CredentialStore } from './credentials.ts';
import type { Service, ServiceAnswer, ServiceRequest } from './service.ts';

const maximumBodyBytes = 16 * 1024 * 1024;

export interface Endpoint {
  readonly url: string;
  /** What comes of a request, without the way there. It never fails: what went wrong is in the answer. */
  call(request: ServiceRequest): Promise<ServiceAnswer>;
  close(): Promise<void>;
}

export interface EndpointOptions {
  readonly services: readonly Service[];
  readonly credentials: CredentialStore;
  readonly faults: Faults;
  readonly log: (line: string) => void;
}

export async function openEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const services = new Map(options.services.map((service) => [service.signingName, service]));
  const call = async (request: ServiceRequest): Promise<ServiceAnswer> => {
    const answer = await answerRequest(request, services, options).catch((error: unknown) => {
      options.log(`a service failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      return { status: 500, headers: { 'content-type': 'application/json' }, body: '{"__type":"InternalFailure"}' };
    });
    return { ...answer, headers: { ...answer.headers, 'x-amzn-requestid': randomUUID() } };
  };
  const server = createServer({ keepAliveTimeout: 60_000 }, async (request, response) => {
    try {
      const { method = 'GET', url: path = '/', headers } = request;
      write(response, await call({ method, path, headers, body: await readBody(request) }));
    } catch {
      // The caller has gone, or sends without end.
      response.destroy();
    }
  });
  await listen(server);
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, call, close: () => close(server) };
}

async function answerRequest(
  request: ServiceRequest,
  services: ReadonlyMap<string, Service>,
  { credentials, faults, log }: EndpointOptions,
): Promise<ServiceAnswer> {
  const { headers, body } = request;
  const { accessKeyId, serviceName } = parseAuthorization(headers.authorization);
  const service = services.get(serviceName);
  if (service === undefined) {
    log(`the AWS service ${serviceName || '(none)'} is not known to the local system: ${request.method} ${request.path}`);
    const message = `The local system has no service ${serviceName || '(the request is not signed)'}.`;
    return { status: 400, headers: {}, body: JSON.stringify({ __type: 'UnknownService', message }) };
  }
  try {
    const token = headers['x-amz-security-token'];
    const roleArn = credentials.roleOf(accessKeyId, Array.isArray(token) ? token[0] : token);
    const mode = faults.draw(service.faultName);
    if (mode === 'latency') await delay(faultLatencyMilliseconds);
    // As when somebody has taken the right away from the role, or closed the key to it.
    else if (mode === 'deny') throw accessDenied(`User: ${roleArn} is not authorized to perform this action (a fault of the drill)`);
    else if (mode !== undefined) {
      service.struck?.(mode, { headers, body });
      throw service.fault(mode);
    }
    return await service.handle({ roleArn, ...request });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    if (error.code === 'AccessDeniedException') log(error.message);
    return service.render(error);
  }
}

function write(response: ServerResponse, { status, headers, body }: ServiceAnswer): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

/** `AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, ...` */
function parseAuthorization(authorization = ''): { accessKeyId: string; serviceName: string } {
  const scope = /Credential=([^/]+)\/\d{8}\/[^/]+\/([^/]+)\/aws4_request/.exec(authorization);
  return { accessKeyId: scope?.[1] ?? '', serviceName: scope?.[2] ?? '' };
}

function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maximumBodyBytes) request.destroy(new Error('the request body is too large'));
      else chunks.push(chunk);
    });
    request.on('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    request.on('error', reject);
  });
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Lets the requests under way finish. A kept connection becomes idle only then, so the idle ones are closed again and again. */
function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    const closing = setInterval(() => server.closeIdleConnections(), 50);
    server.close((error) => {
      clearInterval(closing);
      if (error === undefined) resolve();
      else reject(error);
    });
    server.closeIdleConnections();
  });
}
