/**
 * The way from a function to the services: messages between its thread and the main thread, in the place of a connection between two
 * ends of one process. What the SDK has signed and serialized goes over as it is, and the answer comes back the same way. Only the
 * writing and reading of HTTP falls away, which took longer than the services' work (`docs/decisions/0039-calls-to-local-services.md`).
 */
import { EventEmitter } from 'node:events';
import type { IncomingMessage, RequestOptions } from 'node:http';
import type { CallMessage, ServiceAnswerMessage } from './protocol.ts';

type Receive = (incoming: IncomingMessage) => void;
type Request = (options: RequestOptions, receive: Receive) => unknown;

/** Of `ClientRequest`, what the HTTP handler of the functions uses (`lambda/adapters/http-handler.ts`). */
class OutgoingCall extends EventEmitter {
  readonly #send: (body: string | Uint8Array | undefined) => void;
  readonly #receive: Receive;
  #isOver = false;

  constructor(send: (body: string | Uint8Array | undefined) => void, receive: Receive) {
    super();
    this.#send = send;
    this.#receive = receive;
  }

  end(body?: string | Uint8Array): this {
    this.#send(body);
    return this;
  }

  destroy(error?: Error): this {
    this.#isOver = true;
    if (error !== undefined) this.emit('error', error);
    return this;
  }

  /** Of `IncomingMessage`, what the handler uses: status, headers, and the body in one piece. */
  answer({ status, headers, body }: ServiceAnswerMessage): void {
    if (this.#isOver) return;
    const incoming = Object.assign(new EventEmitter(), { statusCode: status, headers });
    this.#receive(incoming as unknown as IncomingMessage);
    incoming.emit('data', Buffer.from(body));
    incoming.emit('end');
  }
}

export interface ServiceCalls {
  /** Gives an answer to the call that it belongs to. */
  receive(answer: ServiceAnswerMessage): void;
}

/**
 * From now on `http.request` of this thread brings calls to the services to the main thread, and all others where they ever went.
 *
 * @param endpoint URL of the services
 */
export function installServiceCalls(endpoint: string, say: (message: CallMessage) => void): ServiceCalls {
  const { hostname, port } = new URL(endpoint);
  const underWay = new Map<number, OutgoingCall>();
  let calls = 0;

  function open(options: RequestOptions, receive: Receive): OutgoingCall {
    calls += 1;
    const callId = calls;
    const headers = Object.fromEntries(Object.entries(options.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]));
    const call = new OutgoingCall((body) => {
      underWay.set(callId, call);
      say({ kind: 'call', callId, method: options.method ?? 'GET', path: options.path ?? '/', headers, body });
    }, receive);
    return call;
  }

  // A bundle takes its builtins from here when it first uses them: a function that calls nobody never loads the module.
  const load = process.getBuiltinModule;
  process.getBuiltinModule = ((name: string) => {
    const builtin = load(name);
    if (name === 'http') {
      process.getBuiltinModule = load;
      divert(builtin as { request: Request });
    }
    return builtin;
  }) as typeof load;

  function divert(http: { request: Request }): void {
    const sendPlainly = http.request;
    http.request = (options, receive) => {
      const isToServices = options.host === hostname && String(options.port) === port;
      return isToServices ? open(options, receive) : sendPlainly(options, receive);
    };
  }

  return {
    receive(answer) {
      const call = underWay.get(answer.callId);
      underWay.delete(answer.callId);
      call?.answer(answer);
    },
  };
}
