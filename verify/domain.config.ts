import { defineConfig } from '../lib/config.ts';
import config from './portiere.config.ts';

/** A deployment with a domain of its own, for the template judges: certificates, records and mail signing come with it. */
export default defineConfig({
  ...config,
  domain: 'id.portiere.example',
  hostedZone: { id: 'Z0123456789ABCDEFGHIJ', name: 'portiere.example' },
});
