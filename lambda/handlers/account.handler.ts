/** Function `account`: what owners change about their account, in person or by a link in a mail. */
import { createPipeline } from '../http/pipeline.ts';
import { once } from './once.ts';
import { sessionServices } from './services.ts';

const services = once(sessionServices);

export const handler = createPipeline({}, services);
