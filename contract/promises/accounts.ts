/** What is promised about passwords and sign-in. */
import type { SecurityPromise } from '../promise.ts';

export const accountsPromises: readonly SecurityPromise[] = [
  {
    id: 'P11',
    section: 'measures',
    it: 'Per accedere serve una password sicura di almeno 6 caratteri.',
    en: 'Signing in takes a safe password of at least 6 characters.',
    how: {
      it: 'Accettiamo frasi lunghe e ogni carattere, e rifiutiamo le password più comuni. Non imponiamo regole di composizione, che rendono le password peggiori.',
      en: 'We take long phrases and any character, and refuse the most common passwords. There are no composition rules, which make passwords worse.',
    },
    keptMeans:
      'A floor of 6 (profiles of 8 and 15 to choose from), at least 64 characters allowed, common passwords refused, no composition rules.',
    evidence: [{ kind: 'test', name: 'the password policy, in the domain and from outside' }],
  },
  {
    id: 'P12',
    section: 'measures',
    it: 'Non memorizziamo mai le password come testo: salviamo unicamente un hash unidirezionale bcrypt con un salt casuale per ogni utente.',
    en: 'We never store passwords as text: only a one-way bcrypt hash, with a random salt for each user.',
    how: {
      it: 'Prima dell’hash la password passa per una chiave che non esce mai dal servizio di chiavi di AWS: una tabella rubata, da sola, non serve a niente.',
      en: 'Before it is hashed the password passes through a key that never leaves the key service of AWS: a stolen table alone is of no use.',
    },
    keptMeans:
      'bcrypt at a cost of at least 12 over a digest keyed in KMS, whose key never leaves it, so that a stolen table is useless offline; existing plain bcrypt hashes are imported and upgraded at sign-in.',
    evidence: [{ kind: 'test', name: 'the form of stored hashes; no password in any table or log' }],
  },
  {
    id: 'P13',
    section: 'measures',
    it: "Dopo più password errate l'account viene temporaneamente bloccato, contro gli attacchi di forza bruta.",
    en: 'After several wrong passwords the account is locked for a while, against brute force.',
    how: {
      it: 'Le attese crescono a ogni nuovo errore e valgono anche per chi prova mille volte nello stesso istante. Chi ti attacca non può chiuderti fuori dal dispositivo che usi di solito, e vieni avvisato.',
      en: 'Waits grow with every further failure, and hold for whoever tries a thousand times at the same instant. An attacker can not shut you out of the device that you usually use, and you are told.',
    },
    keptMeans:
      'Exact under concurrency, the same for unknown accounts, with growing waits; strangers cannot lock out the owner on a known device; the owner is told.',
    evidence: [{ kind: 'test', name: 'the lockout, in the domain, on every store, and under parallel attack' }],
  },
  {
    id: 'P14',
    section: 'measures',
    it: "Puoi attivare la verifica in due passaggi con Google Authenticator o Authy, nelle impostazioni di sicurezza dell'account.",
    en: 'You can switch on two-step verification with Google Authenticator or Authy, in the security settings of your account.',
    how: {
      it: 'Funziona con qualsiasi app di autenticazione e con le passkey. Ogni codice vale una volta sola; i codici di recupero ti fanno entrare se perdi il telefono.',
      en: 'It works with any authenticator app and with passkeys. Each code counts once; recovery codes let you in when you lose your phone.',
    },
    keptMeans:
      'TOTP (RFC 6238) with QR code and manual key, confirmed before it counts; single-use codes; recovery codes; switched off only after a step-up; works with any authenticator.',
    evidence: [
      { kind: 'test', name: 'codes and recovery codes, in the domain, from outside and under parallel attack; who reaches the seeds' },
    ],
  },
];
