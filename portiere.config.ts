import { defineConfig } from './lib/config.ts';

/**
 * What this deployment chooses. Every field is described in lib/config.ts and checked by `npx cdk synth`.
 * The site starts without a domain of its own, under CloudFront's: add `domain` and `hostedZone` when you have one.
 */
export default defineConfig({
  productName: 'Portiere',
  region: 'eu-south-1',
  onCall: [{ email: 'on-call@example.com' }, { sms: '+390200000000' }],
  sender: 'no-reply@example.com',
  staff: [],
  passwordProfile: 'page',
});
