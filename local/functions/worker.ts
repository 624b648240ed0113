/**
 * The inside of one function instance: loads the very bundle that deploys and runs one event at a time.
 * Everything that the thread prints goes to the main thread line by line, as to a log stream.
 */
import { flushCompileCache } from 'node:module';
import { pathToFileURL } from 'node:url';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { installClock } from '../clock.ts';
import type { FunctionError, InvokeMessage, ServiceAnswerMessage, WorkerMessage, WorkerSetup } from './protocol.ts';
import { installServiceCalls } from './service-calls.ts';

type Handler = (event: unknown, context: unknown) => unknown;

const setup = workerData as WorkerSetup;
const port = parentPort as MessagePort;
const realNow = Date.now.bind(Date);
installClock(setup.clock);
// Read when the thread started; a function sees the deployed environment and nothing else.
delete process.env.NODE_COMPILE_CACHE;

/**
 * Who calls out by `fetch` trusts the local edge, as everybody trusts the real one. On the first call, for putting the list together
 * takes a third of a second, and few functions call out.
 */
const fetchPlainly = globalThis.fetch;
globalThis.fetch = (...request) => {
  const tls = process.getBuiltinModule('node:tls');
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), setup.authority]);
  if (setup.outgoingAddress !== undefined) callFrom(tls, setup.outgoingAddress);
  globalThis.fetch = fetchPlainly;
  return fetchPlainly(...request);
};

/** `fetch` has no option for it: it opens its connections by this function of the module. */
function callFrom(tls: { connect: (options: object, ...rest: never[]) => unknown }, localAddress: string): void {
  const connect = tls.connect;
  tls.connect = (options, ...rest) => connect({ ...options, localAddress }, ...rest);
}

const say = (message: WorkerMessage) => port.postMessage(message);

const serviceCalls = installServiceCalls(setup.endpoint, say);

// Sent at once, not collected until the answer: what a function printed before it hung is what explains why.
function capture(stream: NodeJS.WriteStream): void {
  stream.write = ((chunk: string | Uint8Array, encoding?: unknown, done?: unknown) => {
    say({ kind: 'output', text: typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8') });
    const callback = typeof encoding === 'function' ? encoding : done;
    if (typeof callback === 'function') callback();
    return true;
  }) as typeof stream.write;
}
capture(process.stdout);
capture(process.stderr);

function describe(error: unknown): FunctionError {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error) };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
}

async function run(handler: Handler, message: InvokeMessage): Promise<void> {
  const { requestId, payload, deadline } = message;
  const context = {
    callbackWaitsForEmptyEventLoop: true,
    functionName: setup.functionName,
    functionVersion: setup.functionVersion,
    invokedFunctionArn: setup.functionArn,
    memoryLimitInMB: String(setup.memoryMegabytes),
    awsRequestId: requestId,
    logGroupName: setup.logGroupName,
    logStreamName: setup.logStreamName,
    getRemainingTimeInMillis: () => Math.max(0, deadline - realNow()),
  };
  try {
    const result = await handler(JSON.parse(payload), context);
    // As Lambda: what can't be JSON is an error of the function, and undefined is null.
    say({ kind: 'result', requestId, payload: JSON.stringify(result) ?? 'null' });
  } catch (error) {
    say({ kind: 'failure', requestId, error: describe(error) });
  }
}

try {
  const bundle = (await import(pathToFileURL(setup.file).href)) as Record<string, unknown>;
  const handler = bundle[setup.exportName];
  if (typeof handler !== 'function') throw new TypeError(`${setup.file} exports no function "${setup.exportName}"`);
  port.on('message', (message: InvokeMessage | ServiceAnswerMessage) => {
    if (message.kind === 'answer') serviceCalls.receive(message);
    else void run(handler as Handler, message);
  });
  say({ kind: 'ready' });
  // A thread is ended, and never gets to the moment at which Node would write what it compiled.
  flushCompileCache();
} catch (error) {
  say({ kind: 'broken', error: describe(error) });
}
