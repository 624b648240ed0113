/** Function `admin`: what staff may do to an account. */
import { createPipeline } from '../http/pipeline.ts';
import { once } from './once.ts';
import { sessionServices } from './services.ts';

const services = once(sessionServices);

export const handler = createPipeline({}, services);
