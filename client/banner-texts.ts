import type { BannerNotice } from './banner-notices.ts';

export type BannerLanguage = 'en' | 'it';

interface BannerTexts {
  readonly label: string;
  readonly dismiss: string;
  readonly more: string;
  /** By Statuspage's words. */
  readonly states: Readonly<Record<string, string>>;
  readonly when: (notice: BannerNotice) => string;
}

const moment = (at: string | undefined, language: BannerLanguage) =>
  new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(at ?? 0));

export const bannerTexts: Readonly<Record<BannerLanguage, BannerTexts>> = {
  en: {
    label: 'Service notices',
    dismiss: 'Dismiss',
    more: 'Status page',
    states: {
      investigating: 'Being investigated',
      identified: 'Cause found',
      monitoring: 'Being watched',
      scheduled: 'Planned maintenance',
      in_progress: 'Maintenance in progress',
      verifying: 'Maintenance being verified',
    },
    when: ({ kind, updatedAt, scheduledFor, scheduledUntil }) =>
      kind === 'maintenance'
        ? `From ${moment(scheduledFor, 'en')} to ${moment(scheduledUntil, 'en')}`
        : `Updated ${moment(updatedAt, 'en')}`,
  },
  it: {
    label: 'Avvisi sul servizio',
    dismiss: 'Nascondi',
    more: 'Pagina di stato',
    states: {
      investigating: 'In corso di verifica',
      identified: 'Causa individuata',
      monitoring: 'Sotto osservazione',
      scheduled: 'Manutenzione programmata',
      in_progress: 'Manutenzione in corso',
      verifying: 'Manutenzione in fase di verifica',
    },
    when: ({ kind, updatedAt, scheduledFor, scheduledUntil }) =>
      kind === 'maintenance'
        ? `Dal ${moment(scheduledFor, 'it')} al ${moment(scheduledUntil, 'it')}`
        : `Aggiornato il ${moment(updatedAt, 'it')}`,
  },
};
