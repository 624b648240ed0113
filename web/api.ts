import { createClient } from '../client/index.ts';

/** The pages call the API of their own origin. */
export const api = createClient({ baseUrl: '' });
