/** Function `disclosure`: keeps security.txt on every host from expiring. Called by the clock. */
import { securityTxtPlaces, securityTxtVariable } from '../../contract/disclosure.ts';
import { securityTxt } from '../../contract/policy/disclosure.ts';
import { readHttpsText } from '../adapters/https-text.ts';
import { countMetric, log } from '../adapters/log.ts';
import { writeSecurityTxt } from '../adapters/s3-security-txt.ts';
import { systemClock } from '../adapters/system.ts';
import { keepSecurityTxt, type SecurityTxtPorts } from '../domain/disclosure/security-txt.ts';
import { once } from './once.ts';

const ports = once(
  (): SecurityTxtPorts => ({
    clock: systemClock,
    places: securityTxtPlaces.parse(JSON.parse(process.env[securityTxtVariable] ?? '')),
    read: (address) => readHttpsText(address, securityTxt.requestTimeoutSeconds),
    write: writeSecurityTxt,
    journal: { note: log, count: countMetric },
  }),
);

export async function handler(): Promise<void> {
  await keepSecurityTxt(ports());
}
