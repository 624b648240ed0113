/** V2, V4, V15: what is asked of us, and how it is taken apart. */
import type { AsvsRow, NamedTest } from './row.ts';

const bodies: NamedTest = ['test/http/bodies.test.ts', 'of %s get the problem that names it'];
const lockout = 'test/domain/lockout.test.ts';
const architecture = 'test/architecture.test.ts';
const resilience = 'test/system/resilience.test.ts';

export const requestRows: readonly AsvsRow[] = [
  {
    id: 'V2.1.3',
    state: 'met',
    promise: 'P16',
    it: 'Ogni limite sta in un solo file, e le tabelle dei budget dicono per persona, per indirizzo e in tutto.',
    en: 'Every limit stands in one file, and the table of budgets says how much for a person, for an address, and in all.',
    tests: [
      ['test/domain/budgets.test.ts', '[P16] are these'],
      [
        'test/infra/firewall.test.ts',
        '[P16] counts what the policy allows and not one more, by the address of the connection whatever a header says',
      ],
    ],
  },
  {
    id: 'V2.2.1',
    state: 'met',
    it: 'Ogni richiesta viene confrontata con lo schema della sua rotta: tipi, lunghezze, valori, e nessun campo in più.',
    en: 'Every request is held against the schema of its route: types, lengths, values, and no further field.',
    tests: [bodies, ['test/system/passkeys.test.ts', '[P14] bodies of every wrong shape are refused, and none is a fault']],
  },
  {
    id: 'V2.2.2',
    state: 'met',
    it: 'I controlli stanno sui server; le pagine ne ripetono alcuni per comodità.',
    en: 'The checks are made by the servers; the pages repeat some as a convenience.',
    tests: [bodies, ['test/http/bodies.test.ts', 'errors name the field and what to do']],
  },
  {
    id: 'V2.3.1',
    state: 'met',
    promise: 'P14',
    it: 'Un passo dell’accesso non si salta e non si ripete altrove: ciò che è iniziato in un browser finisce lì.',
    en: 'No step of signing in is skipped or answered elsewhere: what began in one browser ends there.',
    tests: [
      [
        'test/domain/second-factor-challenge.test.ts',
        '[P14] a right password opens a challenge and no session; the code opens the session',
      ],
      ['test/domain/second-factor-challenge.test.ts', '[P14] is bound to the device that showed the password'],
      [
        'test/system/passkeys.test.ts',
        '[P14] a challenge for one thing is none for another, nor from another browser, and is over after five minutes',
      ],
    ],
  },
  {
    id: 'V2.3.2',
    state: 'met',
    promise: 'P16',
    it: 'I limiti valgono esattamente, anche contro molte richieste nello stesso istante.',
    en: 'Limits hold exactly, against many requests at the same instant as well.',
    tests: [
      [
        'test/adapters/budget-contract.ts',
        '[P16] give two hundred parallel requests exactly their number of places, and another key its own',
      ],
      ['test/adapters/store-contract.ts', '[P13] of two hundred taken at the same instant, five are free'],
    ],
  },
  {
    id: 'V2.3.3',
    state: 'met',
    promise: 'P14',
    it: 'Ogni decisione è una sola scrittura; dove ne servono più d’una, un arresto a metà lascia tutto intero o si completa da sé.',
    en: 'Every decision is one write; where it takes more, a crash half way leaves things whole, or they are finished by themselves.',
    tests: [
      [
        'test/domain/account-crashes.test.ts',
        '[P14] at any place leaves one owner and one address, and the same attempt again finishes the work',
      ],
      ['test/domain/erasure.test.ts', 'at call %i of a run, an erasure that is due ends erased'],
      ['test/disclosure/intake.test.ts', '[P29] whose store failed half-way is whole once it is sent again'],
    ],
  },
  {
    id: 'V2.3.4',
    state: 'met',
    promise: 'P14',
    it: 'Ciò che vale una volta si prende una volta: un indirizzo, un link, un codice.',
    en: 'What counts once is taken once: an address, a link, a code.',
    tests: [
      ['test/adapters/store-contract.ts', 'a token is redeemed by exactly one of fifty'],
      [
        'test/attacks/address-change.test.ts',
        '[P13] [P14] two accounts race for one address, fifty clicks at once: one gets it, once, and both keep an address',
      ],
    ],
  },
  {
    id: 'V2.3.5',
    state: 'met',
    promise: 'P27',
    it: 'Togliere i secondi fattori a chi li ha persi richiede due persone dello staff e tre giorni, in cui il proprietario può fermare tutto.',
    en: 'Taking the second factors from whoever lost them takes two members of staff and three days, in which the owner can stop it.',
    tests: [
      [
        'test/domain/factor-recovery.test.ts',
        '[P14] is helped by two people and a wait: asked, approved, completed, each step told and written down',
      ],
      ['test/attacks/staff.test.ts', '[P14] can’t approve an own request, nor complete it alone'],
    ],
  },
  {
    id: 'V2.4.1',
    state: 'met',
    promise: 'P16',
    it: 'Un limite all’ingresso della rete e uno esatto dietro valgono per indirizzo, per persona e per percorso.',
    en: 'A limit at the edge of the network and an exact one behind it hold by address, by person and by path.',
    tests: [
      [
        'test/attacks/guessing.test.ts',
        '[P16] is limited exactly behind the edge as well: of two hundred so many are looked at, and forged addresses change nothing',
      ],
      [
        'test/waf/deployed-rules.test.ts',
        '[P16] every route that takes a password, or works without a session, is among them; what a session only looks at is not',
      ],
      [
        'test/domain/mail-budget.test.ts',
        '[P14] keeps a place for the reset link of whoever takes an account back: a move within the hour is told once',
      ],
    ],
  },
  {
    id: 'V4.1.2',
    state: 'met',
    promise: 'P07',
    it: 'Senza cifratura una pagina viene rimandata all’indirizzo cifrato; l’API rifiuta e non rimanda.',
    en: 'Without encryption a page is sent on to the encrypted address; the API refuses and sends nobody on.',
    tests: [
      [resilience, '[P07] plain HTTP redirects pages and refuses the API'],
      ['test/infra/edge.test.ts', '[P07] serves nothing in the clear: pages are redirected, the API is refused'],
    ],
  },
  {
    id: 'V4.1.3',
    state: 'met',
    promise: 'P16',
    it: 'Gli header tra le nostre parti non si possono inviare da fuori: l’ingresso li riscrive.',
    en: 'The headers between our own parts can not be sent from outside: the edge writes them over.',
    tests: [
      [resilience, 'that bring our internal headers along gain nothing'],
      ['test/waf/deployed-rules.test.ts', '[P19] a viewer who writes %s himself is overwritten'],
      ['test/infra/viewer-request.test.ts', '[P19] tells the API the site’s address, and a viewer who says otherwise is overwritten'],
    ],
  },
  {
    id: 'V4.1.4',
    state: 'met',
    it: 'Un metodo che una rotta non conosce riceve un rifiuto.',
    en: 'A method that a route does not know is refused.',
    tests: [
      ['test/system/story.test.ts', '[P09] [P18] [P21] to a method that a route does not take, and to a preflight of nobody’s, does too'],
    ],
  },
  {
    id: 'V4.2.1',
    state: 'open',
    it: 'Dove comincia e finisce una richiesta lo decidono i server di AWS, che non abbiamo messo alla prova.',
    en: 'Where a request begins and ends is decided by AWS’s servers, which we have not put to the test.',
  },
  {
    id: 'V15.1.1',
    state: 'open',
    it: 'Entro quanto si aggiornano i componenti di altri non è scritto da nessuna parte.',
    en: 'How soon components of others are updated is not written down.',
  },
  {
    id: 'V15.1.2',
    state: 'met',
    promise: 'P28',
    it: 'Ogni versione consegnata porta l’elenco firmato dei suoi componenti, presi da un solo registro.',
    en: 'Every version that is delivered carries a signed list of its components, taken from one registry.',
    tests: [
      [
        'test/delivery/delivery.test.ts',
        '[P28] list what the archive is made of in a bill of materials that is attested, from one registry',
      ],
    ],
  },
  {
    id: 'V15.2.1',
    state: 'open',
    it: 'Senza tempi scritti non si può dire che siano rispettati.',
    en: 'Without times that are written down, nobody can say that they are kept.',
  },
  {
    id: 'V15.2.2',
    state: 'met',
    promise: 'P16',
    it: 'Il lavoro caro, cioè calcolare l’hash di una password, comincia solo dopo che un posto è stato preso dal budget.',
    en: 'The dear work, which is hashing a password, only begins after a place was taken from the budget.',
    tests: [
      ['test/domain/budgets.test.ts', '[P16] has a budget for each thing, and a flood behind an empty one writes no more'],
      ['test/infra/api.test.ts', '[P16] throttles the whole deployment by the policy'],
    ],
  },
  {
    id: 'V15.2.4',
    state: 'met',
    promise: 'P28',
    it: 'Ogni dipendenza che arriva in produzione è fissata con il suo hash e viene da un solo registro.',
    en: 'Every dependency that reaches production is pinned by its hash and comes from one registry.',
    tests: [
      [
        'test/delivery/delivery.test.ts',
        '[P28] list what the archive is made of in a bill of materials that is attested, from one registry',
      ],
    ],
  },
  {
    id: 'V15.2.5',
    state: 'met',
    promise: 'P12',
    it: 'Le funzioni sono divise per privilegio: chi legge gli hash non raggiunge i segreti dei codici, e viceversa.',
    en: 'Functions are kept apart by privilege: the one that reads hashes reaches no secrets of codes, nor the other way round.',
    tests: [
      [
        'test/infra/roles.test.ts',
        '[P12] only `password` may read hashes or compute with the pepper: neither session, second-factor, public nor mailer can',
      ],
      ['test/infra/roles.test.ts', 'each function has a role of its own, which only Lambda can assume'],
    ],
  },
  {
    id: 'V15.3.1',
    state: 'met',
    promise: 'P27',
    it: 'Le risposte hanno solo i campi del loro schema: staff e proprietari non vedono hash, segreti o chi dello staff ha agito.',
    en: 'Answers have the fields of their schema alone: staff and owners see no hashes, no secrets, nor who of the staff has acted.',
    tests: [
      ['test/attacks/staff-bounds.test.ts', '[P27] sees of an account neither hash, seed, code, session nor key, however it is looked at'],
      ['test/domain/staff-accounts.test.ts', 'find an account by any spelling of its address, and see nothing to act as its owner with'],
      [
        'test/domain/staff-accounts.test.ts',
        'see who of them did what, where the owner sees that it was staff and neither who nor from where',
      ],
    ],
  },
  {
    id: 'V15.3.2',
    state: 'met',
    it: 'Le nostre chiamate verso fuori non seguono redirezioni.',
    en: 'Our calls to the outside follow no redirects.',
    tests: [[architecture, 'follow no redirect: every call to the outside says so']],
  },
  {
    id: 'V15.3.3',
    state: 'met',
    it: 'Un campo che la rotta non conosce fa rifiutare la richiesta.',
    en: 'A field that the route does not know has the request refused.',
    tests: [bodies, ['test/http/bodies.test.ts', 'errors name the field and what to do']],
  },
  {
    id: 'V15.3.4',
    state: 'met',
    promise: 'P16',
    it: 'L’indirizzo di chi chiede è quello della connessione, come lo dice CloudFront; `X-Forwarded-For` non conta.',
    en: 'The address of whoever asks is that of the connection, as CloudFront says it; `X-Forwarded-For` counts for nothing.',
    tests: [
      ['test/http/pipeline.test.ts', 'the viewer is who CloudFront says, not who X-Forwarded-For says'],
      ['test/attacks/guessing.test.ts', '[P16] is limited by address at the edge, whatever X-Forwarded-For says'],
    ],
  },
  {
    id: 'V15.3.5',
    state: 'met',
    it: 'Un numero o un oggetto al posto di un testo viene rifiutato, non convertito.',
    en: 'A number or an object in the place of text is refused, not converted.',
    tests: [bodies],
  },
  {
    id: 'V15.3.6',
    state: 'met',
    it: 'Nomi come `__proto__` sono dati, o vengono rifiutati.',
    en: 'Names such as `__proto__` are data, or are refused.',
    tests: [
      bodies,
      ['test/adapters/attribute-values.test.ts', 'may have any name, that of a prototype too'],
      ['test/http/sessions.test.ts', '%s opens nothing'],
    ],
  },
  {
    id: 'V15.3.7',
    state: 'met',
    it: 'Un cookie, un header o un tipo di contenuto inviato due volte non vale nemmeno una volta.',
    en: 'A cookie, a header or a content type that is sent twice does not even count once.',
    tests: [['test/http/sessions.test.ts', '%s opens nothing'], bodies],
  },
  {
    id: 'V15.4.2',
    state: 'met',
    promise: 'P13',
    it: 'Il controllo e l’atto sono la stessa scrittura condizionata: tra i due non passa nessuno.',
    en: 'The check and the act are one and the same conditional write: nobody gets in between.',
    tests: [
      [lockout, '[P13] a thousand parallel guesses get five verdicts'],
      ['test/domain/second-factor-challenge.test.ts', '[P14] a thousand parallel guesses get five verdicts'],
      ['test/adapters/factor-contract.ts', '[P14] spend the code, end the challenge and open the session in one write, or do nothing'],
    ],
  },
];
