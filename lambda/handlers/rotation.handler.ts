/** Function `rotation`: changes the origin secret. Called by the clock, and by operators. */
import * as z from 'zod/mini';
import { securityPolicy } from '../../contract/security-policy.ts';
import { CloudFrontDistribution } from '../adapters/cloudfront-distribution.ts';
import { HttpsPublicAddress } from '../adapters/https-public-address.ts';
import { countMetric, log } from '../adapters/log.ts';
import { SecretsManagerRotatingSecret } from '../adapters/rotating-secret.ts';
import { readResource, readSettings } from '../adapters/settings.ts';
import { systemClock, systemRandom } from '../adapters/system.ts';
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

/** What `npm run ops -- origin` sends. The clock's event has other fields, and no wish. */
const wish = z.object({ wish: z.optional(z.enum(['rotate', 'report'])) });

export async function handler(event: unknown): Promise<RotationReport> {
  return await runRotation(ports(), z.parse(wish, event).wish ?? 'clock');
}
