/** Function `disclosure`: keeps security.txt on every host from expiring, and counts the days of what the security page stands on. Called by the clock. */
import { securityTxtPlaces, securityTxtVariable } from '../../contract/disclosure.ts';
import { evidenceWatch, securityTxt } from '../../contract/policy/disclosure.ts';
import { readHttpsText } from '../adapters/https-text.ts';
import { countMetric, log } from '../adapters/log.ts';
import { writeSecurityTxt } from '../adapters/s3-security-txt.ts';
import { systemClock } from '../adapters/system.ts';
import { type EvidenceWatchPorts, watchEvidence } from '../domain/disclosure/evidence-watch.ts';
import { keepSecurityTxt, type SecurityTxtPorts } from '../domain/disclosure/security-txt.ts';
import { once } from './once.ts';

const ports = once((): SecurityTxtPorts & { evidence: EvidenceWatchPorts } => {
  const places = securityTxtPlaces.parse(JSON.parse(process.env[securityTxtVariable] ?? ''));
  const journal = { note: log, count: countMetric };
  return {
    clock: systemClock,
    places,
    read: (address) => readHttpsText(address, securityTxt.requestTimeoutSeconds),
    write: writeSecurityTxt,
    journal,
    evidence: {
      clock: systemClock,
      siteOrigin: places.siteOrigin,
      read: (address) => readHttpsText(address, evidenceWatch.requestTimeoutSeconds, evidenceWatch.longestCharacters),
      journal,
    },
  };
});

export async function handler(): Promise<void> {
  const { evidence, ...securityTxtPorts } = ports();
  await watchEvidence(evidence);
  await keepSecurityTxt(securityTxtPorts);
}
