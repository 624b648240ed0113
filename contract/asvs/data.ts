/** V11, V12, V13, V14: keys, connections, settings, and what is kept. */
import type { AsvsRow, NamedTest } from './row.ts';

const data = 'test/infra/data.test.ts';
const roles = 'test/infra/roles.test.ts';
const resilience = 'test/system/resilience.test.ts';
const story: NamedTest = [
  'test/system/story.test.ts',
  'registers, verifies by the mailed link, signs in, sees and ends sessions, changes the password, signs out',
];
const builtFiles: NamedTest = ['test/web/build.test.ts', '[P18] are files of known kinds alone, and none is hidden'];

export const dataRows: readonly AsvsRow[] = [
  {
    id: 'V11.1.2',
    state: 'open',
    it: 'Chiavi e algoritmi stanno nel codice e nelle decisioni; un inventario unico, tenuto aggiornato, non c’è.',
    en: 'Keys and algorithms stand in the code and the decisions; there is no single inventory that is kept up to date.',
  },
  {
    id: 'V11.2.2',
    state: 'met',
    promise: 'P12',
    it: 'Ogni hash dice come è fatto: al prossimo accesso una forma vecchia o più debole viene sostituita.',
    en: 'Every hash says how it was made: at the next sign-in an old or weaker form is replaced.',
    tests: [
      ['test/domain/password-hash.test.ts', '[P12] a plain %s hash from another system opens, and is replaced by ours'],
      ['test/domain/password-hash.test.ts', 'is renewed by the next right password, once, and that is written down'],
    ],
  },
  {
    id: 'V11.3.3',
    state: 'met',
    promise: 'P14',
    it: 'I segreti dei codici e le segnalazioni sono sigillati (AES-256-GCM) per il loro posto: spostati altrove non si aprono.',
    en: 'Secrets of codes and reports are sealed (AES-256-GCM) for their place: moved elsewhere they do not open.',
    tests: [
      ['test/domain/second-factor-challenge.test.ts', "a seed copied to another account doesn't open: fail closed"],
      ['test/disclosure/intake.test.ts', '[P29] that somebody moved to another place in the store don’t open there'],
    ],
  },
  {
    id: 'V11.4.2',
    state: 'met',
    promise: 'P12',
    it: 'Le password passano per bcrypt con costo 12, sopra un codice calcolato con una chiave che non lascia il servizio di chiavi.',
    en: 'Passwords go through bcrypt at a cost of 12, over a code that is made with a key which never leaves the key service.',
    tests: [
      ['test/domain/password-hash.test.ts', '[P12] the same password has another hash in every account'],
      [data, '[P12] the pepper is an HMAC key that KMS keeps: multi-Region, thirty days to think twice, retained'],
    ],
  },
  {
    id: 'V11.5.1',
    state: 'deviates',
    promise: 'P14',
    it: 'Gettoni, link e sessioni hanno 256 bit del generatore del sistema; i codici di recupero ne hanno 80.',
    en: 'Tokens, links and sessions have 256 bits of the system’s generator; recovery codes have 80.',
    why: {
      it: 'Un codice di recupero si copia a mano. Cinque errori chiudono il tentativo, e ogni codice vale una volta.',
      en: 'A recovery code is copied by hand. Five wrong ones end the attempt, and every code counts once.',
    },
    remedy: null,
    tests: [
      ['test/architecture.test.ts', 'take nothing that must not be guessed from Math.random'],
      ['test/domain/second-factor-challenge.test.ts', '[P14] are ten of eighty bits, and the table holds only keyed hashes'],
    ],
  },
  {
    id: 'V11.6.1',
    state: 'met',
    promise: 'P27',
    it: 'Il registro degli atti è firmato da una chiave ECDSA che il servizio di chiavi genera e non rilascia.',
    en: 'The trail of acts is signed by an ECDSA key that the key service makes and never gives out.',
    tests: [[data, '[P27] checkpoints are signed by a pair whose private half KMS keeps']],
  },
  {
    id: 'V12.1.1',
    state: 'met',
    promise: 'P06',
    it: 'Solo TLS 1.2 e 1.3; le versioni precedenti vengono rifiutate.',
    en: 'TLS 1.2 and 1.3 only; earlier versions are refused.',
    tests: [
      ['test/infra/edge.test.ts', '[P06] speaks TLS 1.2 at least to viewers of a configured domain, and to its origins always'],
      [resilience, '[P06] %s is refused'],
    ],
    more: [{ kind: 'report', name: 'docs/reports/testssl.json' }],
  },
  {
    id: 'V12.1.2',
    state: 'met',
    promise: 'P06',
    it: 'Solo cifrari robusti, tutti con segretezza in avanti, misurati sul sistema locale con i cifrari della politica di CloudFront.',
    en: 'Strong suites only, all with forward secrecy, measured on the local system with the suites of CloudFront’s policy.',
    tests: [[resilience, '[P06] %s is spoken, with forward secrecy and authenticated encryption']],
    more: [
      { kind: 'report', name: 'docs/reports/testssl.json' },
      { kind: 'report', name: 'docs/reports/sslscan.json' },
    ],
  },
  {
    id: 'V12.1.4',
    state: 'open',
    promise: 'P06',
    it: 'Se i certificati revocati vengano riconosciuti dipende da AWS e dal browser: non lo abbiamo esaminato.',
    en: 'Whether revoked certificates are noticed is up to AWS and the browser: we have not examined it.',
  },
  {
    id: 'V12.2.1',
    state: 'met',
    promise: 'P07',
    it: 'Nulla di nostro viene servito senza cifratura.',
    en: 'Nothing of ours is served without encryption.',
    tests: [
      ['test/infra/edge.test.ts', '[P07] serves nothing in the clear: pages are redirected, the API is refused'],
      [resilience, '[P07] plain HTTP sent to the TLS port gets no content'],
    ],
  },
  {
    id: 'V12.3.1',
    state: 'met',
    promise: 'P06',
    it: 'Anche dietro tutto è cifrato: verso l’API, i bucket, le code e i server di posta.',
    en: 'Behind the edge all is encrypted too: to the API, the buckets, the queues and the mail servers.',
    tests: [
      ['test/infra/edge.test.ts', '[P06] speaks TLS 1.2 at least to viewers of a configured domain, and to its origins always'],
      ['test/infra/api.test.ts', '[P06] leaves by TLS or not at all'],
      [data, '[P10] buckets are private, refuse plain HTTP, and only the public pages do without our key'],
    ],
  },
  {
    id: 'V13.2.1',
    state: 'met',
    promise: 'P12',
    it: 'Ogni funzione si presenta con credenziali brevi del proprio ruolo; nessuna password né chiave fissa tra le parti.',
    en: 'Every function shows short-lived credentials of a role of its own; no password and no fixed key between the parts.',
    tests: [
      [roles, 'each function has a role of its own, which only Lambda can assume'],
      ['test/adapters/document-client.test.ts', 'is made with fresh credentials once the old ones expire'],
    ],
  },
  {
    id: 'V13.2.2',
    state: 'met',
    promise: 'P12',
    it: 'Ogni ruolo può ciò che gli serve e nient’altro, senza caratteri jolly.',
    en: 'Every role may do what it needs and nothing else, without wildcards.',
    tests: [
      [roles, '%s holds exactly what its row of privileges.ts says'],
      [resilience, '[P12] after all this, IAM had to deny nothing: every role has what it needs and no function tried more'],
    ],
  },
  {
    id: 'V13.2.4',
    state: 'open',
    it: 'Le funzioni chiamano solo gli indirizzi della configurazione, ma nessuna regola di rete lo impone.',
    en: 'Functions call the addresses of the configuration alone, but no rule of the network enforces it.',
  },
  {
    id: 'V13.3.1',
    state: 'met',
    promise: 'P10',
    it: 'I segreti nascono e stanno nei servizi di AWS per chiavi e segreti; nessuno è nel codice o nei modelli.',
    en: 'Secrets are made and kept in AWS’s services for keys and secrets; none is in the code or in a template.',
    tests: [
      [data, 'secrets are generated, 64 characters that are legal in a header, and retained'],
      ['test/infra/edge.test.ts', 'proves itself to the API with the origin secret, which stands in no template'],
    ],
  },
  {
    id: 'V13.3.2',
    state: 'met',
    promise: 'P12',
    it: 'Ogni segreto è alla portata delle sole funzioni che lo usano.',
    en: 'Every secret is in the reach of the functions that use it alone.',
    tests: [
      [roles, '[P12] only `password` may read hashes or compute with the pepper: neither session, second-factor, public nor mailer can'],
      [
        roles,
        '[P14] only `second-factor` reaches seeds and their key, and with `passkey` alone the key of recovery codes: the function that reads hashes does not',
      ],
    ],
  },
  {
    id: 'V13.3.4',
    state: 'open',
    promise: 'P16',
    it: 'Il segreto tra l’ingresso e l’API cambia da sé; quelli dei dispositivi e degli indirizzi no.',
    en: 'The secret between the edge and the API changes by itself; those of devices and addresses do not.',
  },
  {
    id: 'V13.4.1',
    state: 'met',
    promise: 'P18',
    it: 'Ciò che pubblichiamo viene costruito da zero: nessuna cartella del controllo di versione ne fa parte.',
    en: 'What we publish is built anew: no folder of version control is part of it.',
    tests: [builtFiles],
  },
  {
    id: 'V13.4.6',
    state: 'met',
    it: 'Nessuna risposta dice quali programmi o versioni girano dietro.',
    en: 'No response says which programs or versions run behind it.',
    tests: [
      ['test/system/story.test.ts', '[P09] [P18] [P21] of the route %s carries the security headers'],
      ['test/local/runtime-edge.test.ts', "the origin's own headers give way to the policy, and removed ones are gone"],
    ],
  },
  {
    id: 'V13.4.7',
    state: 'met',
    promise: 'P18',
    it: 'Le pagine pubblicate sono file di pochi tipi noti.',
    en: 'The pages that are published are files of a few known kinds.',
    tests: [builtFiles],
  },
  {
    id: 'V14.2.1',
    state: 'deviates',
    promise: 'P29',
    it: 'Sessioni e link di sicurezza non sono mai nell’indirizzo inviato al server; il gettone di una segnalazione e quello per disiscriversi dalle mail di stato sì.',
    en: 'Sessions and links of security are never in the address that the server gets; the token of a report and the one to unsubscribe from status mails are.',
    why: {
      it: 'Chi segnala non ha un account, e i programmi di posta si disiscrivono con un indirizzo (RFC 8058). I nostri log non contengono percorsi né parametri.',
      en: 'A reporter has no account, and mail programs unsubscribe by an address (RFC 8058). Our logs hold neither paths nor queries.',
    },
    remedy: null,
    tests: [
      ['test/web/pages.test.ts', 'the token of a mail leaves the address bar at once and is spent by one click only'],
      ['test/infra/edge.test.ts', 'logs requests without paths, queries, cookies and referrers'],
      ['test/infra/api.test.ts', 'logs no path, no query and no header: only the route'],
    ],
  },
  {
    id: 'V14.2.2',
    state: 'met',
    it: 'L’ingresso della rete conserva solo ciò che l’API dichiara pubblico.',
    en: 'The edge of the network keeps only what the API calls public.',
    tests: [
      ['test/infra/edge.test.ts', 'keeps of the API only what the API calls public, apart for each caller’s authorization and origin'],
      ['test/infra/edge.test.ts', 'keeps no error: one caller’s 503 is not the next one’s'],
    ],
  },
  {
    id: 'V14.2.3',
    state: 'met',
    promise: 'P21',
    it: 'Nessuno script di altri, nessuna misura del traffico: dalle pagine i dati arrivano solo a noi.',
    en: 'No scripts of others and no trackers: from the pages data comes to us alone.',
    tests: [
      ['test/web/build.test.ts', '[P21] hold no inline script, no inline style, no event attribute and no foreign address'],
      ['test/infra/edge.test.ts', '[P21] the content security policy names sources, and nothing unsafe'],
    ],
  },
  {
    id: 'V14.2.7',
    state: 'met',
    promise: 'P10',
    it: 'Per ogni tabella è scritto che cosa contiene di una persona e per quanto; ciò che scade si cancella da sé.',
    en: 'For every table it is written what it holds of a person and for how long; what has expired is deleted by itself.',
    tests: [
      ['test/adapters/privacy.test.ts', '[P10] what the document says can be read: every table has its row, and every row its words'],
      [
        'test/adapters/privacy.test.ts',
        '[P10] a marked person is found only where the document says so, an export has what is theirs, and an erasure leaves only what it names',
      ],
      [data, '%s has the keys and the time to live of tables.ts'],
    ],
  },
  {
    id: 'V14.3.1',
    state: 'met',
    it: 'Uscendo, il browser riceve l’ordine di dimenticare ciò che ha di noi.',
    en: 'On signing out the browser is told to forget what it has of us.',
    tests: [story, ['test/web/pages.test.ts', 'signing out returns to the door']],
  },
  {
    id: 'V14.3.2',
    state: 'met',
    it: 'Le risposte dell’API non si conservano, salvo i documenti pubblici.',
    en: 'Answers of the API are not to be stored, public documents excepted.',
    tests: [['test/http/pipeline.test.ts', 'is not to be stored, public documents excepted']],
  },
  {
    id: 'V14.3.3',
    state: 'deviates',
    it: 'Nel browser restano la lingua e, fino all’accesso e nella sola scheda, l’indirizzo mail scritto.',
    en: 'A browser keeps the language and, until the sign-in and in that tab alone, the mail address that was typed.',
    why: {
      it: 'Chi passa dall’accesso al reset non deve riscrivere l’indirizzo; la scheda lo dimentica quando si entra, si esce o la si chiude.',
      en: 'Whoever goes from sign-in to reset need not type the address again; the tab forgets it on signing in, signing out and closing.',
    },
    remedy: null,
    tests: [],
  },
];
