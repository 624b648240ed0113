import { vulnerabilityReports } from '../../contract/policy/disclosure.ts';
import type { WebhookRequest } from '../domain/disclosure/hand-over.ts';

const { timeoutSeconds } = vulnerabilityReports.handOver;

/** Posts to one address, over TLS that is checked. A redirect is no answer: the report would go where nobody has configured. */
export async function postToWebhook(url: string, { headers, body }: WebhookRequest): Promise<number> {
  const response = await fetch(url, {
    method: 'POST',
    headers,
    body,
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutSeconds * 1000),
  });
  await response.body?.cancel();
  return response.status;
}
