/** The console's server: plain HTTP for whoever sits at this machine, and for no web page from elsewhere. */
import { readFileSync } from 'node:fs';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describeListenError } from '../environment.ts';
import { BadRequest, type ConsoleSources, createConsoleApi } from './api.ts';

export interface Console {
  readonly port: number;
  stop(): Promise<void>;
}

const maximumBodyBytes = 16 * 1024;

const pageFiles: Readonly<Record<string, { readonly file: string; readonly type: string }>> = {
  '/': { file: 'index.html', type: 'text/html; charset=utf-8' },
  '/console.js': { file: 'console.js', type: 'text/javascript; charset=utf-8' },
  '/console.css': { file: 'console.css', type: 'text/css; charset=utf-8' },
};

const headers = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
};

export async function startConsole(options: ConsoleSources & { port: number; log: (line: string) => void }): Promise<Console> {
  const handlers = createConsoleApi(options);
  const paths = new Set(Object.keys(handlers).map((key) => key.split(' ')[1]));
  const files = new Map(
    Object.entries(pageFiles).map(([path, { file, type }]) => [
      path,
      { type, body: readFileSync(join(import.meta.dirname, 'page', file)) },
    ]),
  );
  let port = options.port;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = refuse(request, port);
    if (refusal !== undefined) return sendJson(response, 403, { error: refusal });
    const url = new URL(request.url ?? '/', 'http://console');
    const file = files.get(url.pathname);
    if (file !== undefined && (request.method === 'GET' || request.method === 'HEAD')) {
      response.writeHead(200, { ...headers, 'Content-Type': file.type, 'Content-Length': file.body.length });
      return void response.end(request.method === 'HEAD' ? undefined : file.body);
    }
    const handler = handlers[`${request.method} ${url.pathname}`];
    if (handler === undefined) {
      return paths.has(url.pathname)
        ? sendJson(response, 405, { error: `${url.pathname} does not take ${request.method}` })
        : sendJson(response, 404, { error: `there is no ${url.pathname} here` });
    }
    const body = request.method === 'POST' ? await readJson(request) : undefined;
    sendJson(response, 200, await handler(url.searchParams, body));
  }

  const server = http.createServer({ headersTimeout: 10_000, requestTimeout: 20_000 }, (request, response) => {
    request.on('error', () => {});
    answer(request, response).catch((error: unknown) => {
      // Faults and the clock say by these two what was wrong with a value.
      const isCallersFault = error instanceof BadRequest || error instanceof TypeError || error instanceof RangeError;
      if (!isCallersFault) options.log(`the console failed: ${(error as Error).stack}`);
      sendJson(response, isCallersFault ? 400 : 500, { error: (error as Error).message });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(describeListenError(error, { port, portVariable: 'CONSOLE_PORT' })));
    server.listen(port, '127.0.0.1', resolve);
  });
  port = (server.address() as AddressInfo).port;
  return {
    port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A name that was pointed at 127.0.0.1 (DNS rebinding) and pages of other origins get nothing: the console reads mail and moves time. */
function refuse(request: IncomingMessage, port: number): string | undefined {
  const { host, origin } = request.headers;
  const names = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (host === undefined || !names.includes(host)) return `the console answers for ${names.join(' and ')} only`;
  if (origin !== undefined && !names.some((name) => origin === `http://${name}`)) return `the origin ${origin} may not use the console`;
  const site = request.headers['sec-fetch-site'];
  if (site === 'cross-site' || site === 'same-site')
    return request.headers['sec-fetch-mode'] === 'navigate' && request.method === 'GET'
      ? undefined
      : 'another site may not use the console';
  return undefined;
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maximumBodyBytes) throw new BadRequest(`the body is over ${maximumBodyBytes} bytes`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new BadRequest('the body is not JSON');
  }
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  if (response.headersSent) return;
  const body = Buffer.from(`${JSON.stringify(value)}\n`);
  response.writeHead(status, { ...headers, 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': body.length });
  response.end(body);
}
