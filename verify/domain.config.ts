import { defineConfig } from '../lib/config.ts';
import config from './portiere.config.ts';

/** For the template judges: a domain of its own, with certificates, records and mail signing, guardrails on the account, and delivery. */
export default defineConfig({
  ...config,
  domain: 'id.portiere.example',
  hostedZone: { id: 'Z0123456789ABCDEFGHIJ', name: 'portiere.example' },
  guardrails: { monthlyBudgetUsd: 500 },
  delivery: { github: { repository: 'example/front-door', environment: 'production' } },
});
