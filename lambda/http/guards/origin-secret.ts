import { securityPolicy } from '../../../contract/security-policy.ts';
import type { Guard } from '../call.ts';
import { problem } from '../responses.ts';

const { edgeHeaders } = securityPolicy;

/**
 * Only our own edge may call: first in the pipeline, compared in constant time. What the edge says of the viewer is
 * believed from here on, and only because of this.
 */
export const requireOriginSecret: Guard = async (call, services) => {
  const presented = call.headers[edgeHeaders.originSecret];
  if (presented === undefined || !(await services.isOriginSecret(presented))) {
    services.telemetry.count('Origin/Bypassed');
    // The peer of the connection, as API Gateway saw it: no header has a say in it, and beyond this point no viewer's has either.
    services.telemetry.log('WARN', 'origin.bypassed', { requestId: call.requestId, peer: call.event.requestContext.http.sourceIp });
    return problem(call, 'forbidden', { detail: 'Call the public address of this service' });
  }

  const siteOrigin = services.settings.siteOrigin ?? call.headers[edgeHeaders.viewerOrigin];
  if (siteOrigin === undefined || !/^https:\/\/[\w.-]+(?::\d{1,5})?$/.test(siteOrigin)) {
    services.telemetry.log('ERROR', 'edge.origin_missing', { requestId: call.requestId });
    return problem(call, 'unavailable', { retryAfterSeconds: 30 });
  }
  call.siteOrigin = siteOrigin;

  // `address:port`; an IPv6 address has colons of its own. Without the header (no CloudFront), the socket's.
  const viewerAddress = call.headers[edgeHeaders.viewerAddress]?.replace(/:\d+$/, '');
  const [addressKind] = /^[a-z]{1,20}$/.exec(call.headers[edgeHeaders.addressKind] ?? '') ?? [];
  call.viewer = {
    address: viewerAddress || call.event.requestContext.http.sourceIp,
    userAgent: (call.headers['user-agent'] ?? '').replace(/[^\x20-\x7e]/g, '').slice(0, 200),
    ...(addressKind !== undefined && { addressKind }),
  };
  return undefined;
};
