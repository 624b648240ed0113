/**
 * The instances of one function, as Lambda runs them: one event each, more of them on demand up to a bound, then a queue.
 *
 * Unlike Lambda's, they share this machine's cores. Up to one a core starts at once; further ones only for events that
 * have waited, because the instances hang on something else than the processor: measured, four busy instances on two
 * cores cost a quarter more for each event than two.
 */
import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { type Instance, type InstanceOptions, type InvocationResult, startInstance } from './instance.ts';

export interface PoolOptions extends Omit<InstanceOptions, 'onEnd'> {
  readonly maximumInstances: number;
}

export interface FunctionPool {
  invoke(payload: string): Promise<InvocationResult>;
  /** Starts the first instance, so that the first caller need not wait for it. */
  warm(): void;
  /** Lets running events end, then ends the threads. */
  stop(): Promise<void>;
  readonly running: number;
}

const eagerInstances = availableParallelism();
/** An event that waited this long gets an instance of its own, within the bound: longer than a queue of sixteen sign-ins takes. */
const patienceMilliseconds = 2000;

export function createFunctionPool(options: PoolOptions, start: typeof startInstance = startInstance): FunctionPool {
  const instances = new Set<Instance>();
  const idle: Instance[] = [];
  const waiting: ((instance: Instance) => void)[] = [];
  const running = new Set<Promise<InvocationResult>>();
  let stopping = false;

  function launch(): Instance {
    const instance = start({ ...options, onEnd: forget });
    instances.add(instance);
    return instance;
  }

  function forget(instance: Instance): void {
    instances.delete(instance);
    const at = idle.indexOf(instance);
    if (at >= 0) idle.splice(at, 1);
    if (waiting.length > 0 && instances.size < options.maximumInstances && !stopping) release(launch());
  }

  function release(instance: Instance): void {
    if (instance.hasEnded) return;
    const next = waiting.shift();
    if (next === undefined) idle.push(instance);
    else next(instance);
  }

  function acquire(): Instance | Promise<Instance> {
    // The one used last: its code is hot, and it is what Lambda does.
    const instance = idle.pop();
    if (instance !== undefined) return instance;
    if (instances.size < Math.min(eagerInstances, options.maximumInstances)) return launch();
    return new Promise((resolve) => {
      waiting.push(resolve);
      if (instances.size >= options.maximumInstances) return;
      setTimeout(() => {
        const at = waiting.indexOf(resolve);
        if (at < 0 || instances.size >= options.maximumInstances || stopping) return;
        waiting.splice(at, 1);
        resolve(launch());
      }, patienceMilliseconds).unref();
    });
  }

  async function run(payload: string): Promise<InvocationResult> {
    const acquired = acquire();
    const instance = acquired instanceof Promise ? await acquired : acquired;
    const result = await instance.invoke(payload, randomUUID());
    if (instance.hasEnded) {
      forget(instance);
      // A bundle that can't be loaded leaves a living thread without a purpose.
      void instance.stop();
    } else {
      release(instance);
    }
    return result;
  }

  return {
    invoke(payload) {
      if (stopping) return Promise.resolve({ kind: 'throttled' });
      const invocation = run(payload);
      running.add(invocation);
      void invocation.finally(() => running.delete(invocation));
      return invocation;
    },
    warm() {
      if (instances.size === 0) release(launch());
    },
    async stop() {
      stopping = true;
      await Promise.allSettled(running);
      await Promise.all([...instances].map((instance) => instance.stop()));
    },
    get running() {
      return instances.size - idle.length;
    },
  };
}
