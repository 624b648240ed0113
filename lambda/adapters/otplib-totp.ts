import { generateURI, ScureBase32Plugin, verifySync } from 'otplib';
import { securityPolicy } from '../../contract/security-policy.ts';
import type { Totp } from '../domain/ports.ts';

const { digits, stepSeconds, driftSteps } = securityPolicy.secondFactor.totp;
const base32 = new ScureBase32Plugin();

/** RFC 6238 by otplib. It throws on codes of another shape: the domain has looked at that before. */
export const otplibTotp: Totp = {
  findStep(secret, code, now) {
    const result = verifySync({
      secret,
      token: code,
      digits,
      period: stepSeconds,
      epoch: Math.floor(now / 1000),
      // In seconds; a step's length either way reaches exactly into the neighbouring steps.
      epochTolerance: driftSteps * stepSeconds,
    });
    return result.valid && 'timeStep' in result ? result.timeStep : undefined;
  },

  describe(secret, issuer, label) {
    const text = base32.encode(secret, { padding: false });
    return { secret: text, uri: generateURI({ issuer, label, secret: text, digits, period: stepSeconds }) };
  },
};
