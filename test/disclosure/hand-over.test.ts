/** Reports that go on to a platform: signed, by a queue, and never in the way of whoever reports. */
import { createHmac } from 'node:crypto';
import { fileReport } from '../../lambda/domain/disclosure/file-report.ts';
import { type HandOverServices, handOver, NotHandedOver, type WebhookRequest } from '../../lambda/domain/disclosure/hand-over.ts';
import { runOnSchedule } from '../../lambda/domain/disclosure/run.ts';
import { reportIdOf } from '../../lambda/domain/disclosure/tracking-token.ts';
import { parseConfig } from '../../lib/config.ts';
import { minimalConfig } from '../infra/synthesize.ts';
import { call, keyedHash } from '../support/front-door.ts';
import { createReportWorld, report } from '../support/report-world.ts';

async function createPlatform(status = 202) {
  const world = createReportWorld();
  const filed = await fileReport(world.services, call(), { ...report, weakness: 'CWE-79', locale: 'it' });
  if (filed.kind !== 'filed') throw new Error(filed.kind);
  const posted: WebhookRequest[] = [];
  const services: HandOverServices = {
    ...world.services,
    signingKey: keyedHash('shared with the platform'),
    post: async (request) => {
      posted.push(request);
      return status;
    },
  };
  return { ...world, handing: services, posted, token: filed.trackingToken, id: reportIdOf(filed.trackingToken) };
}

describe('handing over', () => {
  it('[P22] sends the report with a signature that the platform can check, and an id by which it tells two of the same', async () => {
    const { handing, posted, id, token, now } = await createPlatform();

    await handOver(handing, id);

    const [{ headers, body }] = posted as [WebhookRequest];
    const timestamp = String(now() / 1000);
    const signature = createHmac('sha256', 'shared with the platform').update(`${timestamp}.${body}`).digest('hex');
    expect(headers).toMatchObject({ 'Idempotency-Key': id, 'X-Portiere-Timestamp': timestamp, 'X-Portiere-Signature': `v1=${signature}` });
    expect(JSON.parse(body)).toEqual({
      event: 'report.received',
      id,
      receivedAt: '2026-01-15T12:00:00.000Z',
      report: { ...report, weakness: 'CWE-79' },
    });
    expect(body).not.toContain(token);
  });

  it.each([302, 401, 429, 500])('[P22] that is answered with %i has failed, and comes back by its queue', async (status) => {
    const { handing, id } = await createPlatform(status);

    await expect(handOver(handing, id)).rejects.toEqual(new NotHandedOver(status));
  });

  it('[P22] happens once a report, however much is said about it later, and only where somebody is to hear of it', async () => {
    const { services, store, id } = await createPlatform();
    const sent: string[] = [];
    const handover = { send: async ({ reportId }: { reportId: string }) => void sent.push(reportId) };

    await runOnSchedule(services);
    const toNobody = (await store.read(id))?.handedOverAt;
    await store.takeMessage(id, 1, 10);
    await runOnSchedule({ ...services, handover });
    await store.takeMessage(id, 2, 10);
    await runOnSchedule({ ...services, handover });

    expect([toNobody, sent]).toEqual([undefined, [id]]);
  });

  it('[P29] that can’t be queued leaves the report as it was, to be tried again', async () => {
    const { services, store, id } = await createPlatform();
    const handover = { send: () => Promise.reject(new Error('the queue fails')) };

    await expect(runOnSchedule({ ...services, handover })).rejects.toThrow('the queue fails');

    expect(await store.read(id)).toMatchObject({ version: 1, untoldSince: expect.any(Number) });
  });
});

describe('the configuration of reports', () => {
  const complaints = (disclosure: unknown) => {
    try {
      parseConfig({ ...minimalConfig, disclosure });
      return [];
    } catch (error) {
      return (error as { problems: { field: string; value: string; fix: string }[] }).problems.map(({ field, fix }) => `${field}: ${fix}`);
    }
  };

  it('[P22] takes a mailbox, a key, a platform and holidays, or none of them', () => {
    const given = {
      email: 'security@example.com',
      encryption: 'openpgp4fpr:5F2DE5521C63A801AB59CCB603D49DE44B29100F',
      handOverUrl: 'https://hooks.example.com/reports?team=1',
      holidays: ['2026-12-25'],
    };

    expect([complaints(undefined), complaints(given)]).toEqual([[], []]);
    expect(parseConfig({ ...minimalConfig, disclosure: given }).disclosure).toEqual(given);
  });

  it.each([
    ['disclosure.email', { email: 'security' }, 'give an address that people read'],
    ['disclosure.encryption', { encryption: 'http://example.com/key.txt' }, 'give where your OpenPGP key is'],
    [
      'disclosure.encryption',
      { encryption: 'https://example.com/key.txt\nContact: https://evil.example' },
      'give where your OpenPGP key is',
    ],
    ['disclosure.handOverUrl', { handOverUrl: 'http://hooks.example.com/' }, 'give the https address of a webhook'],
    ['disclosure.handOverUrl', { handOverUrl: 'https://user:secret@hooks.example.com/' }, 'give the https address of a webhook'],
    ['disclosure.holidays[0]', { holidays: ['25.12.2026'] }, 'give a day that there is'],
    ['disclosure.holidays', { holidays: ['2026-12-25', '2026-12-25'] }, 'give a list of days'],
    ['disclosure.mail', { mail: 'security@example.com' }, 'remove it or correct its spelling'],
  ])('[P22] refuses a wrong %s with what to give instead', (field, disclosure, fix) => {
    expect(complaints(disclosure)).toEqual([expect.stringMatching(new RegExp(`^${field.replace(/[[\]]/g, '\\$&')}: ${fix}`))]);
  });
});
