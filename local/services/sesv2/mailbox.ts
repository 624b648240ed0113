/** What SES has accepted, kept for the console. */
import { randomUUID } from 'node:crypto';
import type { LocalClock } from '../../clock.ts';
import type { State } from '../../state.ts';
import type { Mail } from '../model.ts';

export interface Mailbox {
  deliver(mail: Omit<Mail, 'id' | 'sentAt'>): Mail;
  /** Newest first; only what has this recipient, if one is named. */
  list(to?: string): Mail[];
}

export function openMailbox(state: State, clock: LocalClock): Mailbox {
  const kept = state.collection<Mail>('mail');
  // Keys of equal length, so that their order is the order of arrival, also within a millisecond.
  let arrivals = Number(kept.entries().at(-1)?.key ?? 0);

  return {
    deliver(content) {
      arrivals++;
      const mail: Mail = { id: randomUUID(), ...content, sentAt: new Date(clock.now()).toISOString() };
      kept.put(String(arrivals).padStart(12, '0'), mail);
      return mail;
    },
    list(to) {
      const mails = kept.entries().map(({ value }) => value);
      const asked = to?.toLowerCase();
      return mails.filter((mail) => asked === undefined || mail.to.toLowerCase().split(', ').includes(asked)).reverse();
    },
  };
}
