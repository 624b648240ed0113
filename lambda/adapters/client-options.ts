import { HttpHandler, type Timeouts } from './http-handler.ts';
import { Sha256 } from './sha256.ts';

/** A second to connect, two for an answer. */
export const timeouts: Timeouts = { connectionTimeout: 1000, requestTimeout: 2000 };

/**
 * How every AWS client behaves: a stuck service must become a 503 well within the function's timeout, not a crash at
 * its end. The clients share their connections.
 */
export const clientOptions = { maxAttempts: 3, requestHandler: new HttpHandler(timeouts), sha256: Sha256 };
