import { defineConfig } from '../lib/config.ts';

/** What verification deploys to the emulator: the product's own defaults, with a second origin and reserved concurrency. */
export default defineConfig({
  productName: 'Portiere',
  region: 'eu-south-1',
  account: '000000000000',
  onCall: [{ email: 'on-call@example.com' }, { sms: '+390200000000' }],
  sender: 'no-reply@portiere.example',
  staff: ['staff@example.com'],
  allowedOrigins: ['https://app.example.com'],
  passwordProfile: 'page',
  concurrency: { password: 20 },
  // The emulator has no IP sets to put lists into, and a verification asks nobody's server for one.
  blocklist: { feeds: [] },
});
