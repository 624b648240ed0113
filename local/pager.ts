/** The on-call phone: what reached an SMS or e-mail subscription of a topic. */
import type { Delivery, LocalServices } from './services/model.ts';
import type { State } from './state.ts';

export interface Page {
  readonly id: string;
  /** ISO 8601, by the system's clock. */
  readonly at: string;
  readonly protocol: string;
  /** Telephone number or address. */
  readonly to: string;
  readonly subject: string;
  readonly message: string;
}

export interface Pager {
  /** Newest first. */
  list(): Page[];
}

const pagesKept = 500;

export function openPager(state: State, topics: Pick<LocalServices['topics'], 'onDelivery'>): Pager {
  const kept = state.collection<Page>('pages');
  const pages = kept.entries().map(({ key, value }) => ({ key, value }));
  let next = pages.length === 0 ? 1 : Number(pages.at(-1)?.key) + 1;

  topics.onDelivery((delivery: Delivery) => {
    if (!['sms', 'email', 'email-json', 'http', 'https'].includes(delivery.protocol)) return;
    // Keys sort as they were given.
    const key = String(next++).padStart(12, '0');
    const value: Page = {
      id: delivery.messageId,
      at: delivery.at,
      protocol: delivery.protocol,
      to: delivery.endpoint,
      subject: delivery.subject ?? '',
      message: delivery.message,
    };
    kept.put(key, value);
    pages.push({ key, value });
    if (pages.length > pagesKept) kept.delete((pages.shift() as { key: string }).key);
  });
  return { list: () => pages.map(({ value }) => value).reverse() };
}
