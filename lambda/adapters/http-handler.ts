import { Agent as HttpAgent, type IncomingMessage, request as requestPlainly } from 'node:http';
import { Agent as HttpsAgent, request as requestSecurely } from 'node:https';
import { buildQueryString, HttpResponse } from '@smithy/core/protocols';
import type { HttpHandlerOptions, HttpRequest } from '@smithy/types';

export interface Timeouts {
  /** Milliseconds until a new connection stands. */
  readonly connectionTimeout: number;
  /** Milliseconds until the whole answer is there, from the moment of the request. */
  readonly requestTimeout: number;
}

/** More than a function has in flight at once; what comes on top waits for a connection, under its timeout. */
const maximumConnections = 50;

/**
 * Sends what the clients of the AWS SDK have signed, over kept connections, in the place of the SDK's own handler: that one
 * takes and gives streams, waits for `100 Continue` and sets four timers a request, which costs more than the request itself.
 * Here a request is a text, an answer is read whole, and one timer covers both.
 *
 * A failing connection is an error that the SDK's retry strategy takes for transient, by its name or its `code`.
 */
export class HttpHandler {
  readonly metadata = { handlerProtocol: 'http/1.1' };
  readonly #timeouts: Timeouts;
  #plain: HttpAgent | undefined;
  #secure: HttpsAgent | undefined;

  constructor(timeouts: Timeouts) {
    this.#timeouts = timeouts;
  }

  /** @throws Error named `TimeoutError`, or the connection's own */
  handle(request: HttpRequest, { abortSignal }: HttpHandlerOptions = {}): Promise<{ response: HttpResponse }> {
    if (abortSignal) return Promise.reject(new TypeError('this handler knows no requests that can be aborted'));
    const { connectionTimeout, requestTimeout } = this.#timeouts;
    const options = {
      method: request.method,
      host: request.hostname,
      port: request.port,
      path: request.query && Object.keys(request.query).length > 0 ? `${request.path}?${buildQueryString(request.query)}` : request.path,
      headers: request.headers,
    };
    return new Promise((resolve, reject) => {
      const fail = (error: Error) => {
        clearTimeout(timer);
        reject(error);
      };
      const expire = (missing: string, milliseconds: number) => {
        const error = Object.assign(new Error(`no ${missing} within ${milliseconds} ms`), { name: 'TimeoutError' });
        fail(error);
        outgoing.destroy(error);
      };
      const receive = (incoming: IncomingMessage) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', fail);
        incoming.on('end', () => {
          clearTimeout(timer);
          const body = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
          const headers = incoming.headers as Record<string, string>;
          resolve({ response: new HttpResponse({ statusCode: incoming.statusCode ?? 0, headers, body }) });
        });
      };
      const timer = setTimeout(expire, requestTimeout, 'answer', requestTimeout);
      const outgoing =
        request.protocol === 'http:'
          ? requestPlainly({ ...options, agent: this.#plainAgent() }, receive)
          : requestSecurely({ ...options, agent: this.#secureAgent() }, receive);
      outgoing.on('error', fail);
      outgoing.on('socket', (socket) => {
        if (!socket.connecting) return;
        const connecting = setTimeout(expire, connectionTimeout, 'connection', connectionTimeout);
        const stopWaiting = () => clearTimeout(connecting);
        socket.once('connect', stopWaiting).once('close', stopWaiting);
      });
      outgoing.end(request.body);
    });
  }

  /** What the SDK would change are defaults of its own handler. */
  updateHttpClientConfig(): void {}

  httpHandlerConfigs(): Timeouts {
    return this.#timeouts;
  }

  /** Ends its connections. */
  destroy(): void {
    this.#plain?.destroy();
    this.#secure?.destroy();
  }

  #plainAgent(): HttpAgent {
    this.#plain ??= new HttpAgent({ keepAlive: true, maxSockets: maximumConnections });
    return this.#plain;
  }

  #secureAgent(): HttpsAgent {
    this.#secure ??= new HttpsAgent({ keepAlive: true, maxSockets: maximumConnections });
    return this.#secure;
  }
}
