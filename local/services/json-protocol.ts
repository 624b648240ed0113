/** The AWS JSON protocols 1.0 and 1.1: one path, the action in `X-Amz-Target`, JSON both ways. */
import type { FaultService, ServiceFailure } from '../faults.ts';
import { AwsError } from './aws-error.ts';
import { type Service, type ServiceAnswer, type ServiceContext, unknownAction } from './service.ts';

// biome-ignore lint/suspicious/noExplicitAny: the input of an action, unchecked JSON until the action has looked at it.
export type Input = any;

/** One action: checks the input, requires access, does the work, gives the output. */
export type Action<Store> = (store: Store, input: Input, roleArn: string) => Promise<object> | object;

export interface JsonService<Store> {
  readonly signingName: string;
  readonly faultName: FaultService;
  readonly version: '1.0' | '1.1';
  /** What stands before the dot in `X-Amz-Target`. */
  readonly targetPrefix: string;
  /** Put before the code in `__type`, with `#`. */
  readonly namespace?: string;
  readonly faults: { readonly [mode in ServiceFailure]: AwsError };
  readonly actions: Readonly<Record<string, Action<Store>>>;
  readonly store: Store;
}

export function createJsonService<Store>(context: Pick<ServiceContext, 'log'>, service: JsonService<Store>): Service {
  const contentType = `application/x-amz-json-${service.version}`;
  const answer = (status: number, body: object, headers: Readonly<Record<string, string>> = {}): ServiceAnswer => ({
    status,
    headers: { 'content-type': contentType, ...headers },
    body: JSON.stringify(body),
  });

  return {
    signingName: service.signingName,
    faultName: service.faultName,
    async handle({ roleArn, headers, body }) {
      const target = String(headers['x-amz-target'] ?? '');
      const name = target.startsWith(`${service.targetPrefix}.`) ? target.slice(service.targetPrefix.length + 1) : '';
      const action = Object.hasOwn(service.actions, name) ? service.actions[name] : undefined;
      if (action === undefined) throw unknownAction(context.log, service.signingName, name || target);
      return answer(200, await action(service.store, parseInput(body), roleArn));
    },
    render: (error) => {
      const type = service.namespace === undefined ? error.code : `${service.namespace}#${error.code}`;
      return answer(error.status, { __type: type, message: error.message }, { 'x-amzn-errortype': error.code, ...error.headers });
    },
    fault: (mode) => service.faults[mode],
  };
}

function parseInput(body: Buffer): Input {
  try {
    const input: unknown = JSON.parse(body.toString('utf8') || '{}');
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input;
  } catch {
    // Answered below, like JSON of the wrong shape.
  }
  throw new AwsError('SerializationException', 'The request body is not a JSON object');
}
