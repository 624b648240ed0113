import { publicRoutes } from '../../contract/routes/public.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import type { PublicAddress } from '../domain/origin-secret/ports.ts';

/** Asks for the health of the system as anybody would: over the public address, with nothing of our own in the request. */
export class HttpsPublicAddress implements PublicAddress {
  readonly #siteOrigin: string | undefined;

  /** @param siteOrigin the configured one; without a domain the distribution's own name is where people come */
  constructor(siteOrigin: string | undefined) {
    this.#siteOrigin = siteOrigin;
  }

  async ask(domainName: string): ReturnType<PublicAddress['ask']> {
    try {
      const response = await fetch(`${this.#siteOrigin ?? `https://${domainName}`}${publicRoutes.health.path}`, {
        headers: { 'User-Agent': 'Portiere rotation' },
        redirect: 'error',
        signal: AbortSignal.timeout(securityPolicy.originSecret.proofTimeoutSeconds * 1000),
      });
      await response.body?.cancel();
      return response.status === 200 ? { isOpen: true } : { isOpen: false, reason: `it answered ${response.status}` };
    } catch (error) {
      const { name = 'Error', cause } = Object(error) as { name?: string; cause?: { code?: string } };
      return { isOpen: false, reason: `it could not be reached (${cause?.code ?? name})` };
    }
  }
}
