import { LambdaAccountDirectory } from '../../lambda/adapters/lambda-account-directory.ts';
import { LambdaCredentialMover } from '../../lambda/adapters/lambda-credential-mover.ts';
import { LambdaPasswordConfirmer } from '../../lambda/adapters/lambda-password-confirmer.ts';
import { Unavailable } from '../../lambda/domain/ports.ts';

/** The function `password` as Lambda shows it: every question is kept, the answer is always this one. */
function clientAnswering(answer: unknown, functionError?: string) {
  const asked: unknown[] = [];
  const client = {
    send: async ({ input }: { input: { FunctionName: string; Payload: Uint8Array } }) => {
      asked.push(JSON.parse(Buffer.from(input.Payload).toString('utf8')));
      return { FunctionError: functionError, Payload: answer === undefined ? undefined : Buffer.from(JSON.stringify(answer)) };
    },
  };
  return { asked, client: client as never };
}

const question = {
  accountId: 'a',
  email: 'anna@example.com',
  emailKey: 'k',
  password: 'p',
  viewer: { address: '203.0.113.7', userAgent: 'Firefox' },
  requestId: 'r',
  siteOrigin: 'https://www.example.com',
};

describe('Asking the function of passwords', () => {
  it('asks what the contract has a question for, and takes its answers', async () => {
    const copied = clientAnswering({ kind: 'copied', credentialVersion: 3 });
    const noted = clientAnswering({ kind: 'noted' });
    const mover = new LambdaCredentialMover('arn', copied.client);
    const move = { accountId: 'a', fromEmailKey: 'from', toEmailKey: 'to', addressVersion: 2, status: 'active' } as const;

    expect(await mover.copy(move)).toBe(3);
    expect(await new LambdaCredentialMover('arn', clientAnswering({ kind: 'taken' }).client).copy(move)).toBeUndefined();
    await new LambdaCredentialMover('arn', noted.client).retire('a', { emailKey: 'k', addressVersion: 1, reservedUntil: 1000 });
    await new LambdaCredentialMover('arn', noted.client).retire('a', { emailKey: 'k', addressVersion: 1, reservedUntil: null });
    await new LambdaAccountDirectory('arn', noted.client).setStatus('a', 'k', 'disabled');
    expect(await new LambdaAccountDirectory('arn', clientAnswering({ kind: 'account', accountId: 'a' }).client).find('k')).toBe('a');
    expect(await new LambdaAccountDirectory('arn', clientAnswering({ kind: 'account', accountId: null }).client).find('k')).toBeUndefined();

    expect(copied.asked).toEqual([{ ask: 'copy_credential', ...move }]);
    expect(noted.asked).toEqual([
      { ask: 'retire_credential', accountId: 'a', emailKey: 'k', addressVersion: 1, reservedUntil: '1970-01-01T00:00:01.000Z' },
      { ask: 'retire_credential', accountId: 'a', emailKey: 'k', addressVersion: 1, reservedUntil: null },
      { ask: 'set_status', accountId: 'a', emailKey: 'k', status: 'disabled' },
    ]);
  });

  it.each([
    ['unavailable', { kind: 'unavailable' }, undefined],
    ['an answer to another question', { kind: 'noted' }, undefined],
    ['no answer of ours', { kind: 'certainly' }, undefined],
    ['nothing', undefined, undefined],
    ['an exception', { kind: 'right' }, 'Unhandled'],
  ])('[P14] fails closed: %s is never a yes', async (_, answer, functionError) => {
    const { client } = clientAnswering(answer, functionError);

    await expect(new LambdaPasswordConfirmer('arn', client).confirm(question)).rejects.toBeInstanceOf(Unavailable);
    await expect(
      new LambdaCredentialMover('arn', client).copy({
        accountId: 'a',
        fromEmailKey: 'f',
        toEmailKey: 't',
        addressVersion: 1,
        status: 'active',
      }),
    ).rejects.toBeInstanceOf(Unavailable);
  });
});
