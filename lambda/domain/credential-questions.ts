/** What other functions ask the one that sees credentials: over Lambda Invoke, by functions whose roles allow it. */
import type { PasswordAnswer, PasswordQuestion } from '../../contract/schemas.ts';
import type { PasswordServices } from './context.ts';
import { confirmPassword } from './reauthentication.ts';

/** @throws Unavailable when a service fails */
export async function answerQuestion(services: PasswordServices, question: PasswordQuestion): Promise<PasswordAnswer> {
  const { credentials } = services;
  switch (question.ask) {
    case 'confirm_password': {
      const { viewer, requestId, siteOrigin, password } = question;
      return confirmPassword(services, { viewer, requestId, siteOrigin, deviceCookie: undefined }, question, password);
    }
    case 'copy_credential':
      return copyCredential(services, question);
    case 'retire_credential': {
      const { accountId, emailKey, addressVersion, reservedUntil } = question;
      await credentials.retire(accountId, {
        emailKey,
        addressVersion,
        reservedUntil: reservedUntil === null ? null : Date.parse(reservedUntil),
      });
      return { kind: 'noted' };
    }
    case 'find_account':
      return { kind: 'account', accountId: (await credentials.read(question.emailKey))?.accountId ?? null };
    case 'set_status':
      await credentials.setStatus(question.accountId, question.emailKey, question.status);
      return { kind: 'noted' };
    case 'expect_second_factor':
      await credentials.expectSecondFactor(question.emailKey, question.expected);
      return { kind: 'noted' };
  }
}

async function copyCredential(
  { credentials, clock }: PasswordServices,
  move: Extract<PasswordQuestion, { ask: 'copy_credential' }>,
): Promise<PasswordAnswer> {
  const source = await credentials.read(move.fromEmailKey);
  // Retired meanwhile: somebody else is carrying out the same move.
  if (source?.accountId !== move.accountId) return { kind: 'taken' };
  const copy = { ...source, emailKey: move.toEmailKey, addressVersion: move.addressVersion, status: move.status };
  return (await credentials.copy(copy, clock.now())) ? { kind: 'copied', credentialVersion: source.credentialVersion } : { kind: 'taken' };
}
