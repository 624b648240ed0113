/** Asks a function about an account: it has the rights for it, the key by which addresses find accounts, and writes down who asked and why. */
import { InvokeCommand } from '@aws-sdk/client-lambda';
import type { PrivacyQuestion, StaffQuestion } from '../../contract/operator-questions.ts';
import type { PrivacyAnswer } from '../../lambda/domain/privacy/ask.ts';
import type { StaffAnswer } from '../../lambda/domain/staff/operator.ts';
import { type Access, openAccess } from '../access.ts';
import { OperatorError } from '../command.ts';
import type { Options } from './options.ts';

/** What of the deployment these commands need. */
export type AccountAccess = Pick<Access, 'alias' | 'lambda' | 'site'>;
export type Opener = (isLocal: boolean) => Promise<AccountAccess>;

type Refused = { readonly kind: 'refused'; readonly detail: string };

export async function askPrivacy(
  ask: PrivacyQuestion['ask'],
  options: Options,
  open: Opener = openAccess,
): Promise<Exclude<PrivacyAnswer, Refused>> {
  const answer = (await invoke('Privacy', ask, options, open)) as PrivacyAnswer;
  if (answer.kind === 'refused') throw new OperatorError(`${answer.detail}.`);
  return answer;
}

/** @param kind of the answer that this question has */
export async function askAdmin<Kind extends StaffAnswer['kind']>(
  ask: StaffQuestion['ask'],
  kind: Kind,
  options: Options,
  open: Opener = openAccess,
): Promise<Extract<StaffAnswer, { kind: Kind }>> {
  const answer = (await invoke('Admin', ask, options, open)) as StaffAnswer;
  if (answer.kind === 'refused') throw new OperatorError(`${answer.detail}.`);
  if (answer.kind !== kind) throw new Error(`the function answered ${answer.kind} to ${ask}`);
  return answer as Extract<StaffAnswer, { kind: Kind }>;
}

async function invoke(logicalId: string, ask: string, { isLocal, about }: Options, open: Opener): Promise<unknown> {
  const access = await open(isLocal);
  const site = about.siteOrigin ?? access.site;
  const question = { ask, ...about, ...(site !== undefined && { siteOrigin: site }) };
  const FunctionName = await access.alias('PortiereApi', logicalId);
  const { Payload, FunctionError } = await access.lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(question) }));
  const answer = JSON.parse(Buffer.from(Payload ?? []).toString('utf8') || 'null');
  if (FunctionError !== undefined)
    throw new OperatorError(`The function failed, and may have begun: ${answer?.errorMessage ?? FunctionError}. It can be asked again.`);
  return answer;
}
