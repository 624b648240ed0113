/** `SendEmail` with simple content, for an account that has left the sandbox. */
import type { Assembly } from '../../assembly/model.ts';
import { AwsError } from '../aws-error.ts';
import type { Input } from '../json-protocol.ts';
import { requireAccess, type ServiceContext } from '../service.ts';
import type { Mailbox } from './mailbox.ts';

const maximumRecipients = 50;

export async function sendEmail(context: ServiceContext, mailbox: Mailbox, input: Input, roleArn: string): Promise<object> {
  const { assembly } = context;
  const from = addressOf(String(input.FromEmailAddress ?? ''));
  const recipients = recipientsOf(input);
  const identity = identityOf(assembly, from);
  const conditions = { 'ses:FromAddress': from, 'ses:Recipients': recipients };
  await requireAccess(context, roleArn, 'ses:SendEmail', identity.arn, conditions);
  const configurationSet: unknown = input.ConfigurationSetName;
  if (typeof configurationSet === 'string') {
    const setArn = `arn:aws:ses:${assembly.region}:${assembly.account}:configuration-set/${configurationSet}`;
    await requireAccess(context, roleArn, 'ses:SendEmail', setArn, conditions);
    requireConfigurationSet(assembly, configurationSet);
  }
  if (!identity.verified) {
    const message = `Email address is not verified. The following identities failed the check in region ${assembly.region.toUpperCase()}: ${from}`;
    throw new AwsError('MessageRejected', message);
  }
  const content = simpleContent(input.Content);
  requireRecipients(recipients);
  const mail = mailbox.deliver({ from: String(input.FromEmailAddress), to: recipients.join(', '), ...content });
  return { MessageId: mail.id };
}

function requireRecipients(recipients: readonly string[]): void {
  if (recipients.length === 0 || recipients.length > maximumRecipients) {
    throw badRequest(`Recipient count must be between 1 and ${maximumRecipients}.`);
  }
  const wrong = recipients.find((recipient) => !/^[^\s@]+@[^\s@]+$/.test(recipient));
  if (wrong !== undefined) throw badRequest(`Invalid email address<${wrong}>.`);
}

function recipientsOf({ Destination }: Input): string[] {
  return [...(Destination?.ToAddresses ?? []), ...(Destination?.CcAddresses ?? []), ...(Destination?.BccAddresses ?? [])].map(addressOf);
}

/** The address in `Name <address>`. */
function addressOf(mailbox: string): string {
  return /<([^>]*)>\s*$/.exec(mailbox)?.[1] ?? mailbox.trim();
}

/** The address itself if it is an identity, its domain otherwise: Amazon SES Developer Guide, "Verified identities". */
function identityOf({ ofType, account, region }: Assembly, address: string): { arn: string; verified: boolean } {
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  const names = ofType('AWS::SES::EmailIdentity').map(({ ref }) => ref);
  const exact = names.find((name) => name.toLowerCase() === address.toLowerCase());
  const parent = names.find((name) => !name.includes('@') && (domain === name.toLowerCase() || domain.endsWith(`.${name.toLowerCase()}`)));
  const name = exact ?? parent;
  return { arn: `arn:aws:ses:${region}:${account}:identity/${name ?? address}`, verified: name !== undefined };
}

function requireConfigurationSet({ ofType }: Assembly, name: string): void {
  if (ofType('AWS::SES::ConfigurationSet').some(({ ref }) => ref === name)) return;
  throw new AwsError('NotFoundException', `Configuration set <${name}> does not exist.`, 404);
}

function simpleContent(content: Input): { subject: string; text: string; html: string; headers: Record<string, string> } {
  const simple = content?.Simple;
  if (simple === undefined) throw badRequest('The local system knows mail with simple content only.');
  const subject = simple.Subject?.Data;
  const text = simple.Body?.Text?.Data ?? '';
  const html = simple.Body?.Html?.Data ?? '';
  if (typeof subject !== 'string' || (text === '' && html === '')) throw badRequest('A mail needs a subject and a body.');
  const headers = Object.fromEntries((simple.Headers ?? []).map(({ Name, Value }: Input) => [String(Name), String(Value)]));
  return { subject, text, html, headers };
}

function badRequest(message: string): AwsError {
  return new AwsError('BadRequestException', message);
}
