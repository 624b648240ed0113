/** Every word of every mail, in both languages: a text that one of them lacks is a type error. */
import type { Locale } from '../../../contract/schemas.ts';
import { securityPolicy } from '../../../contract/security-policy.ts';
import type { DueMail } from './decide-mail.ts';
import type { ClientDescription } from './describe-client.ts';

const FEW_CODES = securityPolicy.secondFactor.fewRecoveryCodes;

export type MailContent = DueMail['content'];

export interface WordingInput {
  readonly product: string;
  /** A link's or lock's end, already in words. */
  readonly until: string;
  /** Recovery codes that are left, where the mail is about them. */
  readonly codesLeft: number;
}

/** What one mail says. Sentences are plain text. */
export interface Wording {
  readonly subject: string;
  readonly heading: string;
  /** What happened, and what to do. */
  readonly opening: readonly string[];
  readonly button: string;
  /** Label of the second, quieter link, where the mail has one. */
  readonly secondLink?: string;
  /** What to do if it wasn't you. */
  readonly closing: readonly string[];
}

export interface MailDictionary {
  readonly months: readonly string[];
  instant(date: { day: number; month: string; year: number; time: string }): string;
  client(description: ClientDescription): string;
  readonly facts: { readonly when: string; readonly from: string; readonly client: string; readonly unknownAddress: string };
  readonly repeated: string;
  readonly copyLink: string;
  footer(product: string): string;
  readonly mails: Readonly<Record<MailContent, (input: WordingInput) => Wording>>;
}

const en: MailDictionary = {
  months: 'January February March April May June July August September October November December'.split(' '),
  instant: ({ day, month, year, time }) => `${day} ${month} ${year} at ${time} UTC`,
  client: ({ browser, system }) =>
    browser && system ? `${browser} on ${system}` : (browser ?? system ?? 'a browser or app we don’t recognise'),
  facts: { when: 'When', from: 'From', client: 'With', unknownAddress: 'an unknown address' },
  repeated: 'It has happened again since: your account page lists every time.',
  copyLink: 'If the button does nothing, open this address:',
  footer: (product) => `${product} writes only when it concerns your account, and never asks for your password by mail.`,
  mails: {
    verification: ({ product, until }) => ({
      subject: `Confirm your address for ${product}`,
      heading: 'One last step',
      opening: [
        `Welcome! Confirm that this address is yours, and your ${product} account is ready.`,
        `The link works once, until ${until}.`,
      ],
      button: 'Confirm my address',
      closing: ['If you didn’t register, ignore this mail: without the click there is no account.'],
    }),
    existing_account: ({ product }) => ({
      subject: `You already have a ${product} account`,
      heading: 'You already have an account',
      opening: [
        'Somebody, probably you, tried to register this address again. Nothing has changed: your account and your password are as they were.',
      ],
      button: 'Sign in',
      secondLink: 'Forgotten the password? Choose a new one',
      closing: ['If it wasn’t you, there is nothing to do: whoever tried was not told that the account exists.'],
    }),
    password_reset: ({ product, until }) => ({
      subject: `Choose a new password for ${product}`,
      heading: 'Choose a new password',
      opening: ['Here is the link you asked for.', `It works once, until ${until}, and signs you out everywhere.`],
      button: 'Choose a new password',
      closing: ['If it wasn’t you, ignore this mail: your password stays as it is. Don’t pass the link on to anybody.'],
    }),
    account_locked: ({ product, until }) => ({
      subject: `Too many wrong passwords for your ${product} account`,
      heading: 'Sign-in to your account was paused',
      opening: [
        `Somebody entered a wrong password several times in a row. For your safety, new devices can’t sign in until ${until}; a browser that you have signed in with before still can.`,
      ],
      button: 'Choose a new password',
      closing: [
        'If it was you, wait a little and try again, or choose a new password.',
        'If it wasn’t you: the wrong passwords were refused. If yours is short or used elsewhere, choose a new one now.',
      ],
    }),
    password_changed: ({ product }) => ({
      subject: `Your ${product} password was changed`,
      heading: 'Your password was changed',
      opening: ['The password of your account was changed, and every other session was signed out.'],
      button: 'It wasn’t me: choose a new password',
      closing: ['If it was you, all is well. If it wasn’t, use the button now: it signs out whoever did it.'],
    }),
    new_device: ({ product }) => ({
      subject: `New sign-in to your ${product} account`,
      heading: 'A new sign-in to your account',
      opening: ['Somebody signed in to your account with a browser that we hadn’t seen before.'],
      button: 'Look at my sessions',
      secondLink: 'It wasn’t me: choose a new password',
      closing: ['If it was you, all is well. If it wasn’t, choose a new password now: that signs out whoever did it.'],
    }),
    second_factor_enabled: ({ product }) => ({
      subject: `Two-step verification is on for your ${product} account`,
      heading: 'Two-step verification is on',
      opening: ['From now on, signing in asks for a code from your authenticator. Keep the recovery codes in a safe place.'],
      button: 'Look at my account',
      secondLink: 'It wasn’t me: choose a new password',
      closing: ['If it was you, all is well. If it wasn’t, choose a new password now and contact support: that signs out whoever did it.'],
    }),
    second_factor_disabled: ({ product }) => ({
      subject: `Two-step verification is off for your ${product} account`,
      heading: 'Two-step verification was turned off',
      opening: ['From now on, signing in asks for your password alone.'],
      button: 'It wasn’t me: choose a new password',
      closing: ['If it was you, all is well. If it wasn’t, use the button now: it signs out whoever did it.'],
    }),
    recovery_codes_renewed: ({ product }) => ({
      subject: `New recovery codes for your ${product} account`,
      heading: 'Your recovery codes were renewed',
      opening: ['New recovery codes were made, and the old ones stopped working.'],
      button: 'Look at my account',
      secondLink: 'It wasn’t me: choose a new password',
      closing: ['If it was you, all is well. If it wasn’t, choose a new password now: that signs out whoever did it.'],
    }),
    recovery_code_used: ({ product, codesLeft }) => ({
      subject: `A recovery code of your ${product} account was used`,
      heading: 'A recovery code was used',
      opening: [
        'Somebody used one of your recovery codes in place of a code from your authenticator. It will not work again.',
        codesLeft === 1 ? 'One code is left.' : `${codesLeft} codes are left.`,
        ...(codesLeft <= FEW_CODES ? ['Make new ones soon: without codes and without your authenticator you can’t sign in.'] : []),
      ],
      button: 'Look at my account',
      secondLink: 'It wasn’t me: choose a new password',
      closing: ['If it was you, all is well. If it wasn’t, choose a new password now, then renew your recovery codes.'],
    }),
  },
};

const it: MailDictionary = {
  months: 'gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre'.split(' '),
  instant: ({ day, month, year, time }) => `${day} ${month} ${year}, ore ${time} UTC`,
  client: ({ browser, system }) =>
    browser && system ? `${browser} su ${system}` : (browser ?? system ?? 'un browser o un’app che non riconosciamo'),
  facts: { when: 'Quando', from: 'Da', client: 'Con', unknownAddress: 'un indirizzo sconosciuto' },
  repeated: 'Da allora è successo di nuovo: la pagina del tuo account elenca ogni volta.',
  copyLink: 'Se il pulsante non funziona, apri questo indirizzo:',
  footer: (product) => `${product} ti scrive solo quando riguarda il tuo account e non ti chiede mai la password per email.`,
  mails: {
    verification: ({ product, until }) => ({
      subject: `Conferma il tuo indirizzo per ${product}`,
      heading: 'Un ultimo passo',
      opening: [
        `Ti diamo il benvenuto! Conferma che questo indirizzo è tuo e il tuo account ${product} è pronto.`,
        `Il link funziona una volta sola, fino al ${until}.`,
      ],
      button: 'Conferma il mio indirizzo',
      closing: ['Se non ti sei registrato tu, ignora questa email: senza il clic non nasce nessun account.'],
    }),
    existing_account: ({ product }) => ({
      subject: `Hai già un account ${product}`,
      heading: 'Hai già un account',
      opening: [
        'Qualcuno, probabilmente tu, ha provato a registrare di nuovo questo indirizzo. Non è cambiato niente: il tuo account e la tua password sono quelli di prima.',
      ],
      button: 'Accedi',
      secondLink: 'Password dimenticata? Scegline una nuova',
      closing: ['Se non sei stato tu, non devi fare niente: a chi ha provato non abbiamo detto che l’account esiste.'],
    }),
    password_reset: ({ product, until }) => ({
      subject: `Scegli una nuova password per ${product}`,
      heading: 'Scegli una nuova password',
      opening: ['Ecco il link che hai chiesto.', `Funziona una volta sola, fino al ${until}, e chiude tutte le tue sessioni.`],
      button: 'Scegli una nuova password',
      closing: ['Se non sei stato tu, ignora questa email: la tua password resta quella che è. Non dare il link a nessuno.'],
    }),
    account_locked: ({ product, until }) => ({
      subject: `Troppe password sbagliate per il tuo account ${product}`,
      heading: 'L’accesso al tuo account è stato sospeso',
      opening: [
        `Qualcuno ha inserito più volte di fila una password sbagliata. Per sicurezza, i dispositivi nuovi non possono accedere fino al ${until}; un browser con cui hai già fatto l’accesso può ancora.`,
      ],
      button: 'Scegli una nuova password',
      closing: [
        'Se sei stato tu, aspetta un poco e riprova, oppure scegli una nuova password.',
        'Se non sei stato tu: le password sbagliate sono state respinte. Se la tua è corta o la usi anche altrove, scegline subito una nuova.',
      ],
    }),
    password_changed: ({ product }) => ({
      subject: `La tua password di ${product} è stata cambiata`,
      heading: 'La tua password è stata cambiata',
      opening: ['La password del tuo account è stata cambiata e tutte le altre sessioni sono state chiuse.'],
      button: 'Non sono stato io: scelgo una nuova password',
      closing: ['Se sei stato tu, va tutto bene. Altrimenti usa subito il pulsante: chiude anche le sessioni di chi l’ha fatto.'],
    }),
    new_device: ({ product }) => ({
      subject: `Nuovo accesso al tuo account ${product}`,
      heading: 'Un nuovo accesso al tuo account',
      opening: ['Qualcuno ha fatto l’accesso al tuo account con un browser che non avevamo mai visto.'],
      button: 'Guarda le mie sessioni',
      secondLink: 'Non sono stato io: scelgo una nuova password',
      closing: ['Se sei stato tu, va tutto bene. Altrimenti scegli subito una nuova password: chiude anche le sessioni di chi l’ha fatto.'],
    }),
    second_factor_enabled: ({ product }) => ({
      subject: `La verifica in due passaggi è attiva per il tuo account ${product}`,
      heading: 'La verifica in due passaggi è attiva',
      opening: [
        'D’ora in poi l’accesso chiede un codice della tua app di autenticazione. Conserva i codici di recupero in un posto sicuro.',
      ],
      button: 'Guarda il mio account',
      secondLink: 'Non sono stato io: scelgo una nuova password',
      closing: [
        'Se sei stato tu, va tutto bene. Altrimenti scegli subito una nuova password e scrivi all’assistenza: così chiudi anche le sessioni di chi l’ha fatto.',
      ],
    }),
    second_factor_disabled: ({ product }) => ({
      subject: `La verifica in due passaggi è disattivata per il tuo account ${product}`,
      heading: 'La verifica in due passaggi è stata disattivata',
      opening: ['D’ora in poi l’accesso chiede soltanto la password.'],
      button: 'Non sono stato io: scelgo una nuova password',
      closing: ['Se sei stato tu, va tutto bene. Altrimenti usa subito il pulsante: chiude anche le sessioni di chi l’ha fatto.'],
    }),
    recovery_codes_renewed: ({ product }) => ({
      subject: `Nuovi codici di recupero per il tuo account ${product}`,
      heading: 'I tuoi codici di recupero sono cambiati',
      opening: ['Sono stati creati nuovi codici di recupero; quelli vecchi non funzionano più.'],
      button: 'Guarda il mio account',
      secondLink: 'Non sono stato io: scelgo una nuova password',
      closing: ['Se sei stato tu, va tutto bene. Altrimenti scegli subito una nuova password: chiude anche le sessioni di chi l’ha fatto.'],
    }),
    recovery_code_used: ({ product, codesLeft }) => ({
      subject: `È stato usato un codice di recupero del tuo account ${product}`,
      heading: 'È stato usato un codice di recupero',
      opening: [
        'Qualcuno ha usato uno dei tuoi codici di recupero al posto di un codice della tua app di autenticazione. Quel codice non funziona più.',
        codesLeft === 1 ? 'Ne resta uno.' : `Ne restano ${codesLeft}.`,
        ...(codesLeft <= FEW_CODES ? ['Creane presto di nuovi: senza codici e senza la tua app non puoi accedere.'] : []),
      ],
      button: 'Guarda il mio account',
      secondLink: 'Non sono stato io: scelgo una nuova password',
      closing: ['Se sei stato tu, va tutto bene. Altrimenti scegli subito una nuova password, poi rinnova i codici di recupero.'],
    }),
  },
};

export const dictionaries: Readonly<Record<Locale, MailDictionary>> = { en, it };
