/** Function `passkey`: WebAuthn. It knows public keys, and neither seeds nor hashes. */
import { createPipeline } from '../http/pipeline.ts';
import { once } from './once.ts';
import { sessionServices } from './services.ts';

const services = once(sessionServices);

export const handler = createPipeline({}, services);
