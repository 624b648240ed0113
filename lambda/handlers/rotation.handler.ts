/** Function `rotation`: changes the origin secret, and looks after the keys. Called by the clock, and by operators. */
import * as z from 'zod/mini';
import { securityPolicy } from '../../contract/security-policy.ts';
import { CloudFrontDistribution } from '../adapters/cloudfront-distribution.ts';
import { HttpsPublicAddress } from '../adapters/https-public-address.ts';
import { kmsWatchedKeys } from '../adapters/kms-watched-key.ts';
import { countMetric, log } from '../adapters/log.ts';
import { SecretsManagerRotatingSecret } from '../adapters/rotating-secret.ts';
import { readResource, readSettings } from '../adapters/settings.ts';
import { systemClock, systemRandom } from '../adapters/system.ts';
import { type KeyWatchPorts, watchKeys } from '../domain/keys/watch.ts';
import type { RotationPorts } from '../domain/origin-secret/ports.ts';
import { type RotationReport, runRotation } from '../domain/origin-secret/rotate.ts';
import { once } from './once.ts';

const ports = once(
  (): RotationPorts => ({
    clock: systemClock,
    random: systemRandom,
    secret: new SecretsManagerRotatingSecret(readResource('secret', 'origin')),
    distribution: new CloudFrontDistribution(readResource('distribution', 'site'), securityPolicy.edgeHeaders.originSecret),
    publicAddress: new HttpsPublicAddress(readSettings().siteOrigin),
    journal: { note: log, count: countMetric },
  }),
);

const keyWatch = once(
  (): KeyWatchPorts => ({
    keys: kmsWatchedKeys(Object.fromEntries(['pepper', 'seeds', 'reports', 'data', 'audit'].map((key) => [key, readResource('key', key)]))),
    journal: { note: log, count: countMetric },
  }),
);

/** What `npm run ops -- origin` sends. The clock's event has other fields, and no wish. */
const wish = z.object({ wish: z.optional(z.enum(['rotate', 'report'])) });

export async function handler(event: unknown): Promise<RotationReport> {
  const wished = z.parse(wish, event).wish;
  // First: the rotation may fail, and that somebody is about to end a key must be heard all the same.
  if (wished === undefined) await watchKeys(keyWatch());
  return await runRotation(ports(), wished ?? 'clock');
}
