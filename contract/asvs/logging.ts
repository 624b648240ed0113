/** V16: what is written down, and what happens when something fails. */
import type { AsvsRow, NamedTest } from './row.ts';

const data = 'test/infra/data.test.ts';
const resilience = 'test/system/resilience.test.ts';
const story: NamedTest = [
  'test/system/story.test.ts',
  'registers, verifies by the mailed link, signs in, sees and ends sessions, changes the password, signs out',
];
const markedSecrets: NamedTest = [
  resilience,
  '[P12] [P27] marked ones, sent through every route, are in no log, and in no event of the audit trail, which verifies',
];

export const loggingRows: readonly AsvsRow[] = [
  {
    id: 'V16.2.1',
    state: 'met',
    promise: 'P27',
    it: 'Ogni evento dice quando, chi, da dove e che cosa.',
    en: 'Every event says when, who, from where and what.',
    tests: [
      ['test/system/blocklist.test.ts', '[P15] [P27] block an address by the API, see who did it and why, and it ends by the clock'],
      [
        'test/domain/staff-accounts.test.ts',
        'see who of them did what, where the owner sees that it was staff and neither who nor from where',
      ],
    ],
  },
  {
    id: 'V16.2.4',
    state: 'met',
    it: 'Tutte le funzioni scrivono log in JSON, in gruppi propri.',
    en: 'All functions write their logs as JSON, to groups of their own.',
    tests: [['test/infra/api.test.ts', 'run on Node 24 on arm64, log JSON to a group of their own, and end when the policy says']],
  },
  {
    id: 'V16.2.5',
    state: 'met',
    promise: 'P12',
    it: 'Password, codici, gettoni e segreti non finiscono in nessun log: una prova ne manda di marcati per ogni rotta e li cerca.',
    en: 'Passwords, codes, tokens and secrets reach no log: a test sends marked ones through every route and looks for them.',
    tests: [markedSecrets],
  },
  {
    id: 'V16.3.1',
    state: 'met',
    promise: 'P14',
    it: 'Ogni accesso, riuscito o no, sta nella storia della persona.',
    en: 'Every sign-in, successful or not, is in the person’s history.',
    tests: [
      story,
      ['test/attacks/passkeys.test.ts', '[P14] %s: nothing opens, by sign-in, second step or step-up, and the history has the reason'],
    ],
  },
  {
    id: 'V16.3.2',
    state: 'open',
    promise: 'P27',
    it: 'Un rifiuto per mancanza di diritti è nel log degli accessi con la rotta e l’esito, ma non con chi lo ha ricevuto.',
    en: 'A refusal for want of rights is in the access log with its route and result, but not with whom it was given to.',
  },
  {
    id: 'V16.3.3',
    state: 'met',
    promise: 'P16',
    it: 'Chi aggira l’ingresso o tocca una trappola viene annotato, contato e, oltre una soglia, fa suonare un allarme.',
    en: 'Whoever goes around the edge or springs a trap is written down, counted and, over a threshold, rings an alarm.',
    tests: [
      [
        'test/http/pipeline.test.ts',
        '[P16] is told by the address of the connection, whatever its headers say, and reaches nothing but the guard',
      ],
      [resilience, '[P16] are refused by the guard, told by the address of the connection, and ring'],
    ],
  },
  {
    id: 'V16.4.1',
    state: 'met',
    it: 'I log sono JSON e del log degli accessi fanno parte solo valori nostri: una riga non se ne inventa un’altra.',
    en: 'Logs are JSON, and the access log has values of ours alone: no line can make up another.',
    tests: [
      ['test/infra/api.test.ts', 'logs no path, no query and no header: only the route'],
      ['test/infra/api.test.ts', 'run on Node 24 on arm64, log JSON to a group of their own, and end when the policy says'],
    ],
  },
  {
    id: 'V16.4.2',
    state: 'met',
    promise: 'P27',
    it: 'Nessuno cambia o toglie una riga del registro degli atti: la tabella stessa lo vieta, e chi verifica nota ogni modifica.',
    en: 'Nobody changes or removes a line of the trail of acts: the table itself forbids it, and the verifier notices every change.',
    tests: [
      [data, '[P27] nobody changes or removes an item of the audit trail: the table itself forbids it, whatever a role allows'],
      [data, '[P27] the archive is locked in compliance mode for as long as the policy says, and takes new objects alone'],
      ['test/audit/verify-trail.test.ts', '[P27] one byte of one event changed is noticed, by the sequence number of the event'],
    ],
  },
  {
    id: 'V16.4.3',
    state: 'open',
    promise: 'P27',
    it: 'Una copia del registro va in un archivio bloccato, ma nello stesso account di AWS.',
    en: 'A copy of the trail goes to an archive that is locked, but in the same AWS account.',
  },
  {
    id: 'V16.5.1',
    state: 'met',
    it: 'Un errore nostro dice solo che c’è stato, e con quale numero chiederne.',
    en: 'A fault of ours says only that there was one, and by which number to ask about it.',
    tests: [
      ['test/http/pipeline.test.ts', 'of ours are opaque to the caller'],
      [resilience, 'a crashing function is a 5xx problem and no stack trace'],
    ],
  },
  {
    id: 'V16.5.2',
    state: 'met',
    promise: 'P02',
    it: 'Se cade un servizio di cui abbiamo bisogno, nulla si apre, e tutto riprende quando torna.',
    en: 'When a service that we need is down nothing opens, and all goes on when it is back.',
    tests: [[resilience, 'with %s failing (%s), nothing opens: 503 with a time to come back, and all is well after it']],
  },
  {
    id: 'V16.5.3',
    state: 'met',
    promise: 'P14',
    it: 'Chi non può essere verificato non entra: l’errore non è mai un sì.',
    en: 'Whoever can not be verified does not get in: an error is never a yes.',
    tests: [
      ['test/adapters/ask-password.test.ts', '[P14] fails closed: %s is never a yes'],
      ['test/domain/budgets.test.ts', '[P16] are refused when the store fails, and the attempt is given back'],
    ],
  },
  {
    id: 'V16.5.4',
    state: 'met',
    it: 'Ciò che nessuno ha previsto diventa un rifiuto senza dettagli, e un allarme.',
    en: 'What nobody foresaw becomes a refusal without details, and an alarm.',
    tests: [
      ['test/http/pipeline.test.ts', 'of ours are opaque to the caller'],
      [resilience, 'a crashing function is a 5xx problem and no stack trace'],
    ],
  },
];
