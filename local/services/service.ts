/** What the endpoint and a service know of each other, and what the services share. */
import type { IncomingMessage } from 'node:http';
import type { Assembly } from '../assembly/model.ts';
import type { LocalClock } from '../clock.ts';
import type { FaultService, ServiceFailure } from '../faults.ts';
import type { Authorizer } from '../iam/model.ts';
import type { State } from '../state.ts';
import { AwsError, accessDenied } from './aws-error.ts';

export interface ServiceContext {
  readonly assembly: Assembly;
  readonly authorizer: Authorizer;
  readonly state: State;
  readonly clock: LocalClock;
  readonly log: (line: string) => void;
}

export interface ServiceRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface ServiceCall extends ServiceRequest {
  /** ARN of the calling role. */
  readonly roleArn: string;
}

export interface ServiceAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Service {
  /** As in the credential scope of a signature: `dynamodb`, `ses`. */
  readonly signingName: string;
  readonly faultName: FaultService;
  /** Errors are thrown as `AwsError`. */
  handle(call: ServiceCall): Promise<ServiceAnswer>;
  /** An error in the service's protocol. */
  render(error: AwsError): ServiceAnswer;
  /** What the service answers while a fault is on. */
  fault(mode: ServiceFailure): AwsError;
  /** Is told of a call that a fault has struck before it came here. */
  struck?(mode: ServiceFailure, call: Pick<ServiceCall, 'headers' | 'body'>): void;
}

/** @throws AwsError `AccessDeniedException` */
export async function requireAccess(
  { authorizer }: Pick<ServiceContext, 'authorizer'>,
  roleArn: string,
  action: string,
  resource: string,
  context: Readonly<Record<string, string | readonly string[]>> = {},
): Promise<void> {
  const decision = await authorizer.authorize(roleArn, { action, resource, context });
  if (!decision.allowed) throw accessDenied(decision.reason);
}

/** What nobody taught the local system is said aloud: answering something would hide a gap. */
export function unknownAction(log: (line: string) => void, service: string, action: string): AwsError {
  log(`${service} ${action} is not known to the local system`);
  return new AwsError('UnknownOperationException', `The local system does not know the action ${action} of ${service}.`);
}
