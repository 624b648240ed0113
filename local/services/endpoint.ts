/** The one HTTP endpoint of all services: reads the request, learns who calls which service, and hands it on. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type Faults, faultLatencyMilliseconds } from '../faults.ts';
import { AwsError, accessDenied } from './aws-error.ts';
import type { CredentialStore } from './credentials.ts';
import type { Service, ServiceAnswer } from './service.ts';

const maximumBodyBytes = 16 * 1024 * 1024;

export interface Endpoint {
  readonly url: string;
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
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    answerRequest(request, response, services, options).catch((error: unknown) => {
      options.log(`a service failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      if (response.headersSent) response.destroy();
      else response.writeHead(500, { 'content-type': 'application/json' }).end('{"__type":"InternalFailure"}');
    });
  });
  await listen(server);
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => close(server) };
}

async function answerRequest(
  request: IncomingMessage,
  response: ServerResponse,
  services: ReadonlyMap<string, Service>,
  { credentials, faults, log }: EndpointOptions,
): Promise<void> {
  const body = await readBody(request);
  const { accessKeyId, serviceName } = parseAuthorization(request.headers.authorization);
  const service = services.get(serviceName);
  if (service === undefined) {
    log(`the AWS service ${serviceName || '(none)'} is not known to the local system: ${request.method} ${request.url}`);
    const message = `The local system has no service ${serviceName || '(the request is not signed)'}.`;
    write(response, { status: 400, headers: {}, body: JSON.stringify({ __type: 'UnknownService', message }) });
    return;
  }
  try {
    const roleArn = credentials.roleOf(accessKeyId, header(request, 'x-amz-security-token'));
    const mode = faults.draw(service.faultName);
    if (mode === 'latency') await delay(faultLatencyMilliseconds);
    // As when somebody has taken the right away from the role, or closed the key to it.
    else if (mode === 'deny') throw accessDenied(`User: ${roleArn} is not authorized to perform this action (a fault of the drill)`);
    else if (mode !== undefined) {
      service.struck?.(mode, { headers: request.headers, body });
      throw service.fault(mode);
    }
    const path = request.url ?? '/';
    write(response, await service.handle({ roleArn, method: request.method ?? 'GET', path, headers: request.headers, body }));
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    if (error.code === 'AccessDeniedException') log(error.message);
    write(response, service.render(error));
  }
}

function write(response: ServerResponse, { status, headers, body }: ServiceAnswer): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body), 'x-amzn-requestid': randomUUID() });
  response.end(body);
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
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
