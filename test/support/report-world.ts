/** Reports of vulnerabilities over memory: the real vault over a KMS of our own, a clock that tests move, a mailbox they read. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { DecryptCommand, type KMSClient } from '@aws-sdk/client-kms';
import type { DisclosureSettings } from '../../contract/disclosure.ts';
import type { FileReport } from '../../contract/report-schemas.ts';
import type { MailMessage } from '../../contract/schemas.ts';
import { scoreCvss } from '../../lambda/adapters/cvss-score.ts';
import { KmsReportVault } from '../../lambda/adapters/kms-report-vault.ts';
import { createBudgets } from '../../lambda/domain/budgets.ts';
import { keyedHash } from './front-door.ts';
import { MemoryBudgetStore } from './memory-budgets.ts';
import { MemoryTriageStore } from './memory-reports.ts';
import { MemoryEventLog } from './memory-stores.ts';

export const report: FileReport = {
  title: 'The search page reflects its query',
  asset: 'https://id.example.com/search',
  steps: '1. Open /search?q=<script>alert(1)</script>\n2. See it run',
  impact: 'A link takes over the session of whoever follows it.',
};
export const staff = ['rosa@example.com', 'ada@example.com'];
export const calendar: DisclosureSettings = { timeZone: 'Europe/Rome', holidays: ['2026-12-25'] };

/** What KMS does with an encryption context: it is authenticated, so that nothing opens under another one. */
export function memoryKms(): { readonly client: KMSClient; readonly calls: string[] } {
  const key = randomBytes(32);
  const calls: string[] = [];
  const send = async (command: { readonly input: Record<string, unknown> }) => {
    const { EncryptionContext, Plaintext, CiphertextBlob } = command.input;
    const context = Buffer.from(JSON.stringify(EncryptionContext));
    const isDecryption = command instanceof DecryptCommand;
    calls.push(`${isDecryption ? 'Decrypt' : 'Encrypt'} ${(EncryptionContext as { purpose: string }).purpose}`);
    if (!isDecryption) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(context);
      const sealed = Buffer.concat([cipher.update(Plaintext as Uint8Array), cipher.final()]);
      return { CiphertextBlob: Buffer.concat([nonce, cipher.getAuthTag(), sealed]) };
    }
    const bytes = Buffer.from(CiphertextBlob as Uint8Array);
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12)).setAAD(context).setAuthTag(bytes.subarray(12, 28));
    return { Plaintext: Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]) };
  };
  return { client: { send } as unknown as KMSClient, calls };
}

export function createReportWorld() {
  // A Thursday.
  let now = Date.UTC(2026, 0, 15, 12);
  const clock = { now: () => now, pause: async () => undefined };
  const mailbox: MailMessage[] = [];
  const metrics: string[] = [];
  const notes: string[] = [];
  const kms = memoryKms();
  const budgetStore = new MemoryBudgetStore();
  const store = new MemoryTriageStore();
  const events = new MemoryEventLog();
  const services = {
    clock,
    random: { bytes: (length: number) => randomBytes(length) },
    store,
    vault: new KmsReportVault('arn:aws:kms:eu-south-1:000000000000:key/reports', kms.client),
    budgets: createBudgets({ clock, store: budgetStore }),
    acknowledgements: budgetStore,
    notified: [] as readonly string[],
    trackingKey: keyedHash('tracking'),
    identity: keyedHash('identity'),
    mail: { send: async (message: MailMessage) => void mailbox.push(message) },
    telemetry: { count: (metric: string, value = 1) => void metrics.push(`${metric} ${value}`) },
    journal: { note: (_: string, event: string) => void notes.push(event) },
    calendar,
    events,
    isStaff: (email: string) => staff.includes(email),
    scoreCvss,
  };
  return {
    services,
    store,
    events,
    kms,
    mailbox,
    metrics,
    notes,
    now: () => now,
    advance(seconds: number) {
      now += seconds * 1000;
    },
  };
}
