/** One instance of a function: a worker thread, seen from outside. */
import { Worker } from 'node:worker_threads';
import type { ServiceAnswer, ServiceRequest } from '../services/service.ts';
import type { CallMessage, FunctionError, InvokeMessage, WorkerMessage, WorkerSetup } from './protocol.ts';

export type InvocationResult =
  | { readonly kind: 'success'; readonly requestId: string; readonly payload: string; readonly milliseconds: number }
  /** The function threw, timed out, ran out of memory or could not be loaded. */
  | { readonly kind: 'failure'; readonly requestId: string; readonly error: FunctionError; readonly milliseconds: number }
  /** Refused before any code ran. */
  | { readonly kind: 'throttled' };

export interface InstanceOptions {
  readonly setup: WorkerSetup;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly callService: (request: ServiceRequest) => Promise<ServiceAnswer>;
  readonly onOutput: (text: string) => void;
  /** The thread has ended, whoever ended it. */
  readonly onEnd: (instance: Instance) => void;
}

export interface Instance {
  /** One event at a time: the caller waits for the last one's end before it gives the next. */
  invoke(payload: string, requestId: string): Promise<InvocationResult>;
  stop(): Promise<void>;
  readonly hasEnded: boolean;
}

const workerFile = new URL('./worker.ts', import.meta.url);

/** Node's own variable. With it a thread takes the code that it starts with from the cache instead of compiling it; see `worker.ts`. */
function compileCache(): Record<string, string> {
  const { NODE_COMPILE_CACHE } = process.env;
  return NODE_COMPILE_CACHE ? { NODE_COMPILE_CACHE } : {};
}

export function startInstance(options: InstanceOptions): Instance {
  const { setup, timeoutSeconds } = options;
  const worker = new Worker(workerFile, {
    workerData: setup,
    // Exactly the deployed environment: nothing of this machine's own may make a function work here alone.
    env: { ...options.environment, ...compileCache() },
    resourceLimits: { maxOldGenerationSizeMb: setup.memoryMegabytes },
    name: setup.functionName,
  });
  let broken: FunctionError | undefined;
  let finish: ((outcome: { payload: string } | { error: FunctionError }) => void) | undefined;
  let hasEnded = false;
  let markReady = () => {};
  const ready = new Promise<void>((resolve) => {
    markReady = resolve;
  });

  function fail(error: FunctionError): void {
    broken ??= error;
    markReady();
    finish?.({ error });
  }

  async function call({ callId, method, path, headers, body }: CallMessage): Promise<void> {
    const answer = await options.callService({ method, path, headers, body: Buffer.from(body ?? '') });
    worker.postMessage({ kind: 'answer', callId, ...answer });
  }

  worker.on('message', (message: WorkerMessage) => {
    switch (message.kind) {
      case 'call':
        return void call(message);
      case 'output':
        return options.onOutput(message.text);
      case 'ready':
        return markReady();
      case 'broken':
        return fail(message.error);
      case 'result':
        return finish?.({ payload: message.payload });
      case 'failure':
        return finish?.({ error: message.error });
    }
  });
  worker.on('error', (error) => {
    const { name, message, stack } = error as Error;
    options.onOutput(`${stack ?? message}\n`);
    fail({ errorType: name, errorMessage: message });
  });
  worker.on('exit', (code) => {
    hasEnded = true;
    fail({ errorType: 'Runtime.ExitError', errorMessage: `Runtime exited with error: exit status ${code}` });
    options.onEnd(instance);
  });

  const instance: Instance = {
    get hasEnded() {
      return hasEnded || broken !== undefined;
    },
    async invoke(payload, requestId) {
      await ready;
      const started = performance.now();
      if (broken !== undefined) return { kind: 'failure', requestId, error: broken, milliseconds: 0 };
      const outcome = await new Promise<{ payload: string } | { error: FunctionError }>((resolve) => {
        const timer = setTimeout(() => {
          const error = {
            errorType: 'Sandbox.Timedout',
            errorMessage: `${requestId} Task timed out after ${timeoutSeconds.toFixed(2)} seconds`,
          };
          options.onOutput(`${JSON.stringify({ level: 'ERROR', ...error })}\n`);
          // What hangs once may hang for ever, or hold half-done work: only a fresh thread is trusted with the next event.
          broken = error;
          void worker.terminate();
          resolve({ error });
        }, timeoutSeconds * 1000);
        finish = (result) => {
          clearTimeout(timer);
          finish = undefined;
          resolve(result);
        };
        const message: InvokeMessage = { kind: 'invoke', requestId, payload, deadline: Date.now() + timeoutSeconds * 1000 };
        worker.postMessage(message);
      });
      const milliseconds = performance.now() - started;
      return 'payload' in outcome
        ? { kind: 'success', requestId, payload: outcome.payload, milliseconds }
        : { kind: 'failure', requestId, error: outcome.error, milliseconds };
    },
    async stop() {
      await worker.terminate();
    },
  };
  return instance;
}
