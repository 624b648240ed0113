/** What the pages about subscriptions say, in both languages: a text that one of them lacks is a type error. */
import type { Locale } from '../../../contract/schemas.ts';

export interface PageWords {
  readonly otherLanguage: string;
  readonly email: string;
  readonly parts: string;
  readonly language: string;
  readonly languages: Readonly<Record<Locale, string>>;
  readonly subscribe: { readonly title: string; readonly lead: string; readonly button: string; readonly privacy: string };
  readonly sent: { readonly title: string; readonly lead: readonly string[] };
  readonly confirm: { readonly title: string; readonly lead: string; readonly button: string };
  readonly confirmed: { readonly title: string; readonly lead: string };
  readonly manage: { readonly title: string; readonly lead: string; readonly button: string; readonly saved: string };
  readonly unsubscribe: { readonly title: string; readonly lead: string; readonly button: string };
  readonly ended: { readonly title: string; readonly lead: string };
  readonly again: string;
  readonly problems: {
    readonly title: string;
    readonly token: string;
    readonly gone: string;
    readonly email: string;
    readonly parts: string;
    readonly request: string;
    tooMany(minutes: number): string;
    readonly unavailable: string;
    readonly back: string;
  };
}

export const pageWords: Readonly<Record<Locale, PageWords>> = {
  en: {
    otherLanguage: 'Italiano',
    email: 'E-mail address',
    parts: 'Parts of the service',
    language: 'Language of the mails',
    languages: { en: 'English', it: 'Italiano' },
    subscribe: {
      title: 'Mails when something does not work',
      lead: 'We write when there is an incident or maintenance about the parts that you choose, and when it is over.',
      button: 'Send me the link to confirm',
      privacy:
        'We keep your address for these mails and nothing else, until you unsubscribe: one click in every mail. No account is needed.',
    },
    sent: {
      title: 'Look into your mailbox',
      lead: [
        'If the address can get mail from us, a link is on its way. It confirms the subscription and works for a day; without it nothing more comes.',
        'We send one such mail an hour to an address at most. If none comes, look into the spam folder.',
      ],
    },
    confirm: {
      title: 'Confirm the subscription',
      lead: 'We will write to you about these parts of the service:',
      button: 'Yes, write to me',
    },
    confirmed: {
      title: 'You are subscribed',
      lead: 'We write when something does not work, and when it works again. Every mail has a link to change this or to end it.',
    },
    manage: {
      title: 'Your subscription',
      lead: 'Choose the parts of the service that we write to you about.',
      button: 'Save',
      saved: 'Saved.',
    },
    unsubscribe: {
      title: 'No more mails?',
      lead: 'We will not write to you about incidents and maintenance any more.',
      button: 'Unsubscribe',
    },
    ended: {
      title: 'You are unsubscribed',
      lead: 'We have deleted your address from the list. Mails about an account, if you have one, are not affected.',
    },
    again: 'Subscribe again',
    problems: {
      title: 'That did not work',
      token: 'This link is not valid any more: it has been used, or it is too old. If you have confirmed by it before, you are subscribed.',
      gone: 'This subscription has ended.',
      email: 'Enter an e-mail address, as in name@example.com.',
      parts: 'Choose one part of the service at least.',
      request: 'The form did not arrive as we sent it. Load the page again and try once more.',
      tooMany: (minutes) => `Too many requests came from your network. Try again in ${minutes === 1 ? 'a minute' : `${minutes} minutes`}.`,
      unavailable: 'This does not work at the moment. Try again in a few minutes.',
      back: 'Back to the form',
    },
  },
  it: {
    otherLanguage: 'English',
    email: 'Indirizzo e-mail',
    parts: 'Parti del servizio',
    language: 'Lingua delle e-mail',
    languages: { en: 'English', it: 'Italiano' },
    subscribe: {
      title: 'Un’e-mail quando qualcosa non funziona',
      lead: 'Scriviamo quando c’è un problema o una manutenzione sulle parti che scegli, e quando è finita.',
      button: 'Inviami il link di conferma',
      privacy:
        'Conserviamo il tuo indirizzo solo per queste e-mail, finché non annulli l’iscrizione: basta un clic in ogni e-mail. Non serve un account.',
    },
    sent: {
      title: 'Controlla la tua casella',
      lead: [
        'Se l’indirizzo può ricevere le nostre e-mail, un link è in arrivo. Conferma l’iscrizione e vale un giorno; senza conferma non arriva altro.',
        'Inviamo al massimo una di queste e-mail all’ora per indirizzo. Se non arriva, controlla la posta indesiderata.',
      ],
    },
    confirm: { title: 'Conferma l’iscrizione', lead: 'Ti scriveremo su queste parti del servizio:', button: 'Sì, scrivetemi' },
    confirmed: {
      title: 'Iscrizione confermata',
      lead: 'Scriviamo quando qualcosa non funziona e quando torna a funzionare. Ogni e-mail contiene un link per cambiare o per smettere.',
    },
    manage: {
      title: 'La tua iscrizione',
      lead: 'Scegli le parti del servizio su cui vuoi ricevere e-mail.',
      button: 'Salva',
      saved: 'Salvato.',
    },
    unsubscribe: { title: 'Niente più e-mail?', lead: 'Non ti scriveremo più su problemi e manutenzioni.', button: 'Annulla l’iscrizione' },
    ended: {
      title: 'Iscrizione annullata',
      lead: 'Abbiamo cancellato il tuo indirizzo dall’elenco. Le e-mail che riguardano un account, se ne hai uno, non cambiano.',
    },
    again: 'Iscriviti di nuovo',
    problems: {
      title: 'Non ha funzionato',
      token:
        'Questo link non è più valido: è già stato usato o è troppo vecchio. Se hai già confermato con questo link, l’iscrizione è attiva.',
      gone: 'Questa iscrizione è stata annullata.',
      email: 'Inserisci un indirizzo e-mail, come nome@example.com.',
      parts: 'Scegli almeno una parte del servizio.',
      request: 'Il modulo non è arrivato come previsto. Ricarica la pagina e riprova.',
      tooMany: (minutes) => `Troppe richieste dalla tua rete. Riprova tra ${minutes === 1 ? 'un minuto' : `${minutes} minuti`}.`,
      unavailable: 'Al momento non funziona. Riprova tra qualche minuto.',
      back: 'Torna al modulo',
    },
  },
};
