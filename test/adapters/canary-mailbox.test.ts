import type { SQSClient } from '@aws-sdk/client-sqs';
import { canaryDomain } from '../../contract/canary.ts';
import { CanaryMailbox } from '../../lambda/adapters/canary-mailbox.ts';
import type { OutgoingMail } from '../../lambda/domain/mail/ports.ts';

function createMailbox(fails = false) {
  const queued: unknown[] = [];
  const handedOn: string[] = [];
  const client = {
    send: async ({ input }: { input: { MessageBody: string } }) => {
      if (fails) throw Object.assign(new Error('no'), { name: 'ServiceUnavailable' });
      queued.push(JSON.parse(input.MessageBody));
    },
  } as unknown as SQSClient;
  const others = {
    send: async ({ to }: OutgoingMail) => {
      handedOn.push(to);
      return { status: 'accepted' } as const;
    },
  };
  return { mailbox: new CanaryMailbox('https://queue', others, client), queued, handedOn };
}

const mail = (to: string): OutgoingMail => ({ to, subject: 'Verify', text: 'the link', html: '<p>the link</p>' });

test('mail of the canary goes to its queue and to no mail server', async () => {
  const { mailbox, queued, handedOn } = createMailbox();

  const result = await mailbox.send(mail(`canary-1@${canaryDomain}`));

  expect(result).toEqual({ status: 'accepted' });
  expect(queued).toEqual([{ to: `canary-1@${canaryDomain}`, text: 'the link' }]);
  expect(handedOn).toEqual([]);
});

test.each(['anna@example.com', `${canaryDomain}@example.com`, `anna@x${canaryDomain}`, `anna@${canaryDomain}.example.com`])(
  'mail to %s is handed on',
  async (to) => {
    const { mailbox, queued, handedOn } = createMailbox();

    await mailbox.send(mail(to));

    expect(queued).toEqual([]);
    expect(handedOn).toEqual([to]);
  },
);

test('a queue that fails is a passing fault: the mail comes again', async () => {
  const { mailbox } = createMailbox(true);

  expect(await mailbox.send(mail(`canary-1@${canaryDomain}`))).toEqual({
    status: 'refused',
    fault: 'passing',
    reason: 'ServiceUnavailable',
  });
});
