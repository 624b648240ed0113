/**
 * Hands a report over to a platform by webhook. It goes by a queue, so that intake and triage never wait for somebody else's server;
 * what fails comes back, and in the end lies among the dead letters.
 *
 * The signature is over time and body, as Stripe and Slack do it: whoever has the secret can tell that the report is ours, and an old
 * one sent again by its age. The platform tells the same report sent twice by its `Idempotency-Key`.
 */
import type { FileReport } from '../../../contract/report-schemas.ts';
import type { Clock, KeyedHash } from '../ports.ts';
import { instant } from '../sessions.ts';
import type { ReportVault, TriageStore } from './ports.ts';

export interface WebhookRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface HandOverServices {
  readonly clock: Clock;
  readonly store: Pick<TriageStore, 'read' | 'readText'>;
  readonly vault: Pick<ReportVault, 'open'>;
  readonly signingKey: KeyedHash;
  /** @returns the status of the answer @throws when there is none */
  post(request: WebhookRequest): Promise<number>;
}

export class NotHandedOver extends Error {
  override readonly name = 'NotHandedOver';
  readonly status: number;

  constructor(status: number) {
    super(`the platform answered ${status}`);
    this.status = status;
  }
}

/** @throws NotHandedOver, or what kept the platform from answering */
export async function handOver({ clock, store, vault, signingKey, post }: HandOverServices, reportId: string): Promise<void> {
  const [report, stored] = await Promise.all([store.read(reportId), store.readText(reportId)]);
  // A message that names no report is none of ours: it ends among the dead letters, for somebody to look at.
  if (report === undefined || stored === undefined) throw new Error('there is no such report');
  const key = await vault.open(reportId, 'report', stored.key);
  const { locale: _, ...text } = JSON.parse(key.open('text', stored.sealed)) as FileReport;
  const body = JSON.stringify({ event: 'report.received', id: reportId, receivedAt: instant(report.receivedAt), report: text });
  const timestamp = String(Math.floor(clock.now() / 1000));
  const signature = Buffer.from(await signingKey.digest(`${timestamp}.${body}`)).toString('hex');
  const status = await post({
    headers: {
      'Content-Type': 'application/json',
      'Idempotency-Key': reportId,
      'X-Portiere-Timestamp': timestamp,
      'X-Portiere-Signature': `v1=${signature}`,
    },
    body,
  });
  if (status < 200 || status > 299) throw new NotHandedOver(status);
}
