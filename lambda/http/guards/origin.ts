import { isUnsafe } from '../../../contract/route.ts';
import type { Guard } from '../call.ts';
import { problem } from '../responses.ts';

/** Notes an allowed foreign origin, for CORS headers on whatever the answer will be. */
export const noteCorsOrigin: Guard = (call, services) => {
  const { origin } = call.headers;
  if (origin !== undefined && services.settings.allowedOrigins.includes(origin)) call.corsOrigin = origin;
  return undefined;
};

/**
 * Requests that change something must come from our domains (P19). A browser says so by `Origin`, or by
 * `Sec-Fetch-Site`, neither of which a page can forge. Both missing is refused, except with a bearer token: that is a
 * native app, and no browser attaches one by itself.
 */
export const requireAllowedOrigin: Guard = (call, services) => {
  if (!isUnsafe(call.event.requestContext.http.method) || call.route?.origin === 'any') return undefined;
  const { origin, authorization, 'sec-fetch-site': fetchSite } = call.headers;

  const allowed =
    origin !== undefined
      ? origin === call.siteOrigin || services.settings.allowedOrigins.includes(origin)
      : fetchSite !== undefined
        ? fetchSite === 'same-origin'
        : authorization !== undefined && call.route !== undefined && call.route.auth !== 'none';
  if (allowed) return undefined;
  return problem(call, 'origin_not_allowed', {
    detail: 'Send the Origin header of an allowed origin (allowedOrigins in the configuration)',
  });
};
