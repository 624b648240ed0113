import { securityPolicy } from '../../../contract/security-policy.ts';
import type { Honeypot } from '../../domain/honeypot.ts';
import { Unavailable } from '../../domain/ports.ts';
import type { Guard } from '../call.ts';

/**
 * Notices who springs a trap, and lets the call go on to its 404: nobody is told that it was one. Behind the origin secret, so that
 * only the edge can name an address; and by the edge's word alone, never by the connection, whose other end is CloudFront itself.
 */
export function watchTraps(honeypot: () => Honeypot): Guard {
  return async (call, { telemetry }) => {
    const isNamed = call.headers[securityPolicy.edgeHeaders.viewerAddress] !== undefined;
    const request = {
      path: call.event.rawPath,
      address: isNamed ? call.viewer.address : undefined,
      fetchSite: call.headers['sec-fetch-site'],
    };
    try {
      const trap = await honeypot().watch(request);
      if (trap !== undefined) telemetry.log('WARN', 'honeypot.sprung', { requestId: call.requestId, trap });
    } catch (fault) {
      if (!(fault instanceof Unavailable)) throw fault;
      // A scanner learns nothing of our faults, and comes back.
      telemetry.log('ERROR', 'honeypot.untold', { requestId: call.requestId, part: fault.part });
    }
    return undefined;
  };
}
