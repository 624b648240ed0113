/** The edge's listeners: HTTPS with HTTP/2 and HTTP/1.1, and the plain port that stands for port 80. */
import http from 'node:http';
import http2 from 'node:http2';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { SecureContextOptions } from 'node:tls';
import { describeListenError } from '../environment.ts';
import type { ServerCertificate } from './certificate-authority.ts';
import type { Edge } from './edge.ts';
import { bodyMilliseconds, type NodeRequest, readBody, readRequest } from './read-request.ts';
import { createConnectionBudget, limitReading, type SlowClientLimits, slowClientLimits } from './slow-clients.ts';
import { type EdgeResponse, edgeAnswer } from './wire.ts';

type NodeResponse = http.ServerResponse | http2.Http2ServerResponse;

export interface Listener {
  readonly port: number;
  /** Takes no new requests, lets those under way end, then closes every connection. */
  stop(graceMilliseconds: number): Promise<void>;
  renew?(certificate: ServerCertificate): void;
}

export interface ListenerOptions {
  readonly edge: Edge;
  /** 0 takes a free one. */
  readonly port: number;
  /** Named in the refusal when the port is taken. */
  readonly portVariable: string;
  readonly log: (line: string) => void;
  readonly limits?: SlowClientLimits;
}

/** Loopback only, whatever the network: this system's data and clock are for whoever sits at this machine. */
const loopback = '127.0.0.1';

/** Time for the head of a request: slow senders hold a connection no longer. */
const headersMilliseconds = 10_000;
const idleMilliseconds = 60_000;
const maximumHeaderBytes = 32 * 1024;

export async function listenSecurely(
  options: ListenerOptions & { certificate: ServerCertificate; tls: SecureContextOptions },
): Promise<Listener> {
  const { certificate, tls } = options;
  const context = (current: ServerCertificate) => ({ ...tls, key: current.privateKey, cert: current.certificateChain });
  const server = http2.createSecureServer({
    ...context(certificate),
    allowHTTP1: true,
    handshakeTimeout: headersMilliseconds,
    // For HTTP/1.1; `http1Options` has the rest.
    maxHeaderSize: maximumHeaderBytes,
    // Refused by us instead, with the headers that every response carries.
    requireHostHeader: false,
    settings: { maxConcurrentStreams: 128, maxHeaderListSize: maximumHeaderBytes, enablePush: false },
    maxHeaderListPairs: 128,
    maxSessionInvalidFrames: 20,
    maxSessionRejectedStreams: 20,
    maxSettings: 32,
    maxOutstandingPings: 5,
    // Rapid reset (CVE-2023-44487): opening and cancelling streams costs the sender its connection.
    streamResetBurst: 200,
    streamResetRate: 20,
    unknownProtocolTimeout: headersMilliseconds,
  } as http2.SecureServerOptions);
  Object.assign(server, {
    headersTimeout: headersMilliseconds,
    requestTimeout: headersMilliseconds + bodyMilliseconds,
    keepAliveTimeout: idleMilliseconds,
    connectionsCheckingInterval: 1000,
  });
  const sessions = new Set<http2.ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
    session.setTimeout(idleMilliseconds, () => session.destroy());
  });
  server.on('sessionError', () => {});
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  const listener = await listen(server as unknown as Server, options, true, () => {
    // Tells the other end to open no more streams; those that are open end first.
    for (const session of sessions) session.close();
  });
  return { ...listener, renew: (next) => server.setSecureContext(context(next)) };
}

export async function listenPlainly(options: ListenerOptions): Promise<Listener> {
  const server = http.createServer({
    maxHeaderSize: maximumHeaderBytes,
    requireHostHeader: false,
    headersTimeout: headersMilliseconds,
    requestTimeout: headersMilliseconds + bodyMilliseconds,
    keepAliveTimeout: idleMilliseconds,
    connectionsCheckingInterval: 1000,
  });
  return await listen(server, options, false, () => {});
}

async function listen(server: Server, options: ListenerOptions, isSecure: boolean, beginStop: () => void): Promise<Listener> {
  const { edge, log, limits = slowClientLimits } = options;
  const budget = createConnectionBudget(limits);
  const sockets = new Set<Socket>();
  const answering = new WeakMap<object, NodeResponse>();
  let active = 0;
  let isStopping = false;
  let drained = () => {};

  async function serve(incoming: NodeRequest, outgoing: NodeResponse): Promise<void> {
    // A viewer that breaks off in the middle is not our fault, and must not be our end.
    incoming.on('error', () => {});
    outgoing.on('error', () => {});
    const socket = incoming.socket as object;
    if (!('stream' in incoming)) answering.set(socket, outgoing);
    active += 1;
    try {
      const request = readRequest(incoming, isSecure);
      const response = 'status' in request ? edge.dress(request, isSecure) : await edge.handle(request, () => readBody(incoming));
      if (response !== undefined) reply(incoming, outgoing, response, isStopping);
    } catch (error) {
      log(`the edge failed: ${(error as Error).stack ?? String(error)}`);
      reply(incoming, outgoing, edge.dress(edgeAnswer(502, 'The origin could not be reached.', true), isSecure), true);
    } finally {
      active -= 1;
      if (active === 0) drained();
    }
  }

  function reply(incoming: NodeRequest, outgoing: NodeResponse, response: EdgeResponse, isLast: boolean): void {
    const { socket } = incoming;
    limitReading(outgoing, response.body.length, limits, () => {
      if ('stream' in incoming) incoming.stream.session?.destroy();
      else socket.destroy();
    });
    send(incoming, outgoing, response, isLast);
  }

  server.on('request', (incoming: NodeRequest, outgoing: NodeResponse) => void serve(incoming, outgoing));
  server.on('checkExpectation', (incoming: NodeRequest, outgoing: NodeResponse) => void serve(incoming, outgoing));
  server.on('connection', (socket: Socket) => {
    if (!budget.admit(socket)) return void socket.destroy();
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    const started = answering.get(socket)?.headersSent === true;
    if (started || !socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
    socket.end(rawAnswer(edge.dress(answerUnreadable(error.code), isSecure)));
    // What follows on this connection can't be told apart any more.
    setTimeout(() => socket.destroy(), 500).unref();
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(describeListenError(error, options)));
    server.listen(options.port, loopback, resolve);
  });
  server.on('error', (error) => log(`the edge's listener: ${error.message}`));

  return {
    port: (server.address() as AddressInfo).port,
    async stop(graceMilliseconds) {
      isStopping = true;
      server.close();
      beginStop();
      if (active > 0) {
        await new Promise<void>((resolve) => {
          drained = resolve;
          setTimeout(resolve, graceMilliseconds).unref();
        });
      }
      // One turn for the last answers to leave.
      await new Promise((resolve) => setTimeout(resolve, 20));
      for (const socket of sockets) socket.destroy();
    },
  };
}

function answerUnreadable(code: string | undefined): EdgeResponse {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return edgeAnswer(431, 'The headers of the request are too large.', true);
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return edgeAnswer(408, 'The request did not arrive in time.', true);
    default:
      return edgeAnswer(400, 'The request could not be read.', true);
  }
}

function rawAnswer({ status, headers, body }: EdgeResponse): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `HTTP/1.1 ${status} ${http.STATUS_CODES[status]}\r\n${lines}content-length: ${body.length}\r\nconnection: close\r\n\r\n${body.toString('utf8')}`;
}

/** Bodies up to this size are read and thrown away, so that the connection can go on; more is not worth it. */
const discardedBytes = 64 * 1024;

function send(incoming: NodeRequest, outgoing: NodeResponse, response: EdgeResponse, isLast: boolean): void {
  if (outgoing.headersSent || outgoing.destroyed) return;
  const { status, headers, body } = response;
  const carriesBody = status !== 204 && status !== 304;
  const sentBody = carriesBody && incoming.method !== 'HEAD' ? body : undefined;

  if (outgoing instanceof http.ServerResponse) {
    const flat: string[] = [];
    for (const [name, value] of headers) flat.push(name, value);
    if (carriesBody) flat.push('content-length', String(body.length));
    const unread = !incoming.complete && Number(incoming.headers['content-length'] ?? discardedBytes + 1) > discardedBytes;
    if (response.close === true || isLast || unread) flat.push('connection', 'close');
    (outgoing as http.ServerResponse).writeHead(status, flat as unknown as http.OutgoingHttpHeader[]);
    outgoing.end(sentBody);
    return;
  }
  const fields: Record<string, string | string[]> = {};
  for (const [name, value] of headers) {
    const earlier = fields[name];
    fields[name] = earlier === undefined ? value : [earlier, value].flat();
  }
  if (carriesBody) fields['content-length'] = String(body.length);
  outgoing.writeHead(status, fields);
  if (sentBody === undefined) outgoing.end();
  else outgoing.end(sentBody);
}
