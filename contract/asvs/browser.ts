/** V1, V3: what a browser gets from us, and what it may do with it. */
import type { AsvsRow, NamedTest } from './row.ts';

const build = 'test/web/build.test.ts';
const cookies: NamedTest = [
  'test/http/sessions.test.ts',
  'both cookies are for our host alone, over TLS, out of reach of scripts, and small',
];
const everyResponse: readonly NamedTest[] = [
  ['test/system/story.test.ts', '[P09] [P18] [P21] of the route %s carries the security headers'],
  ['test/system/story.test.ts', '[P09] [P18] [P21] of the pages in both languages, and whatever they refer to, does too'],
  ['test/infra/edge.test.ts', '[P09] the headers policy says what the security policy says, over whatever an origin says'],
  ['test/infra/firewall.test.ts', '[P09] answers every refusal with the security headers and a problem document'],
];

export const browserRows: readonly AsvsRow[] = [
  {
    id: 'V1.2.1',
    state: 'met',
    promise: 'P17',
    it: 'Pagine e mail nascono da componenti che scrivono ogni valore come testo, secondo il punto in cui sta.',
    en: 'Pages and mails are made of components that write every value as text, fit for the place where it stands.',
    tests: [
      ['test/architecture.test.ts', '[P17] never goes into HTML past the escaping: pages and client use no raw sink'],
      ['test/domain/mail-rendering.test.ts', '[P17] whatever is put into a template is text, unless a template made it'],
    ],
  },
  {
    id: 'V1.2.5',
    state: 'met',
    it: 'Le nostre funzioni non avviano nessun programma del sistema.',
    en: 'Our functions start no program of the system.',
    tests: [['test/architecture.test.ts', 'run no text as code, and no other program']],
  },
  {
    id: 'V1.3.2',
    state: 'met',
    promise: 'P17',
    it: 'Nessun testo diventa codice: niente `eval`, né nelle pagine né nelle funzioni.',
    en: 'No text becomes code: there is no `eval`, neither in the pages nor in the functions.',
    tests: [
      ['test/architecture.test.ts', '[P17] never goes into HTML past the escaping: pages and client use no raw sink'],
      ['test/architecture.test.ts', 'run no text as code, and no other program'],
      ['test/infra/edge.test.ts', '[P21] the content security policy names sources, and nothing unsafe'],
    ],
  },
  {
    id: 'V1.3.7',
    state: 'met',
    promise: 'P17',
    it: 'I modelli delle mail stanno nel codice; un valore che arriva da fuori non ne apre un altro.',
    en: 'The templates of mails are part of the code; a value from outside opens no other one.',
    tests: [
      ['test/domain/mail-rendering.test.ts', '[P17] a product name with markup is shown as it is written'],
      [
        'test/domain/mail-rendering.test.ts',
        '[P17] a user agent with markup is text in the mail at most; none of its words get there: $content',
      ],
    ],
  },
  {
    id: 'V3.2.1',
    state: 'met',
    promise: 'P18',
    it: 'Ogni risposta dice il proprio tipo, il browser non ne indovina un altro, e nessun indirizzo restituisce byte forniti da qualcuno.',
    en: 'Every response says its type, the browser guesses no other, and no address gives back bytes that somebody supplied.',
    tests: [
      ...everyResponse,
      ['test/infra/edge.test.ts', '[P18] reads the pages through origin access control, and the bucket lets in nobody else'],
    ],
  },
  {
    id: 'V3.2.2',
    state: 'met',
    promise: 'P17',
    it: 'Ciò che altri hanno scritto appare come testo, nelle pagine e nelle segnalazioni.',
    en: 'What others wrote is shown as text, on the pages and in reports.',
    tests: [
      ['test/web/pages.test.ts', '[P17] markup in what the API answers is shown as text'],
      ['test/web/reports.test.ts', '[P22] [P17] staff read a report as its reporter wrote it, all of it as text, judge it and answer'],
    ],
  },
  {
    id: 'V3.3.1',
    state: 'met',
    it: 'I nostri due cookie viaggiano solo cifrati.',
    en: 'Our two cookies travel encrypted only.',
    tests: [cookies],
  },
  {
    id: 'V3.3.2',
    state: 'met',
    promise: 'P20',
    it: 'I cookie hanno `SameSite=Lax`, e ogni richiesta che cambia qualcosa ha altri due controlli.',
    en: 'The cookies are `SameSite=Lax`, and every request that changes something has two more checks.',
    tests: [cookies, ['test/http/sessions.test.ts', '[P20] every route that changes something with a session asks for the CSRF token']],
  },
  {
    id: 'V3.3.3',
    state: 'met',
    it: 'I nomi dei cookie cominciano con `__Host-`: nessun altro host può metterli.',
    en: 'The names of the cookies begin with `__Host-`: no other host can plant them.',
    tests: [cookies],
  },
  {
    id: 'V3.3.4',
    state: 'met',
    it: 'Gli script non leggono i cookie, e a un browser il gettone della sessione arriva solo come cookie.',
    en: 'Scripts can not read the cookies, and a browser is given the token of its session as a cookie alone.',
    tests: [
      cookies,
      [
        'test/system/story.test.ts',
        'registers, verifies by the mailed link, signs in, sees and ends sessions, changes the password, signs out',
      ],
    ],
  },
  {
    id: 'V3.3.5',
    state: 'met',
    it: 'Nessun nostro cookie si avvicina ai 4096 byte.',
    en: 'None of our cookies comes near 4096 bytes.',
    tests: [cookies],
  },
  {
    id: 'V3.4.1',
    state: 'met',
    promise: 'P09',
    it: 'Ogni risposta porta HSTS, per due anni e per i sottodomini.',
    en: 'Every response carries HSTS, for two years and for subdomains.',
    tests: everyResponse,
  },
  {
    id: 'V3.4.2',
    state: 'met',
    promise: 'P19',
    it: 'Solo le origini in elenco possono leggere le risposte; i dati pubblici aperti a tutti non conoscono nessuno.',
    en: 'Only origins on the list may read answers; public data that is open to all knows nobody.',
    tests: [
      ['test/http/sessions.test.ts', '[P19] only configured origins get CORS headers and a preflight'],
      [
        'test/http/csp-reports.test.ts',
        '[P19] [P20] routes that take any origin know nobody: no session, and no answer that scripts of that origin may read',
      ],
      ['test/http/incidents.test.ts', 'no other route is open to scripts of every origin'],
    ],
  },
  {
    id: 'V3.4.3',
    state: 'met',
    promise: 'P21',
    it: 'Ogni risposta porta una regola dei contenuti che parte da “niente” e nomina poche fonti, senza eccezioni; uguale per tutte, senza nonce.',
    en: 'Every response carries a content policy that begins with “nothing” and names a few sources, without exceptions; the same for all, without nonces.',
    tests: [...everyResponse, ['test/infra/edge.test.ts', '[P21] the content security policy names sources, and nothing unsafe']],
    more: [{ kind: 'report', name: 'docs/reports/csp_evaluator.json' }],
  },
  {
    id: 'V3.4.4',
    state: 'met',
    promise: 'P18',
    it: 'Ogni risposta vieta al browser di indovinarne il tipo.',
    en: 'Every response forbids the browser to guess its type.',
    tests: everyResponse,
  },
  {
    id: 'V3.4.5',
    state: 'met',
    it: 'I browser non dicono ad altri da quale nostra pagina arrivano.',
    en: 'Browsers tell nobody from which page of ours they come.',
    tests: everyResponse,
  },
  {
    id: 'V3.4.6',
    state: 'met',
    promise: 'P21',
    it: 'Nessun altro sito può mostrare le nostre pagine in una cornice.',
    en: 'No other site can show our pages in a frame.',
    tests: everyResponse,
  },
  {
    id: 'V3.4.7',
    state: 'met',
    promise: 'P21',
    it: 'I browser ci segnalano chi prova a violare la regola dei contenuti.',
    en: 'Browsers report to us whatever tries to break the content policy.',
    tests: [
      ['test/http/csp-reports.test.ts', '[P21] the policy of every response names where to send them, for old browsers and new'],
      [
        'test/system/browser.test.ts',
        '[P21] what the policy refuses on a page is reported by the browser, grouped, and shown to staff without the query',
      ],
    ],
  },
  {
    id: 'V3.4.8',
    state: 'met',
    it: 'Le finestre di altri siti non hanno presa sulle nostre (`same-origin`).',
    en: 'Windows of other sites have no hold on ours (`same-origin`).',
    tests: everyResponse,
  },
  {
    id: 'V3.5.1',
    state: 'met',
    promise: 'P20',
    it: 'Ogni richiesta che cambia qualcosa deve venire dalle nostre pagine e portare un token legato alla sessione.',
    en: 'Every request that changes something must come from our pages and carry a token that is bound to the session.',
    tests: [
      ['test/http/sessions.test.ts', '[P19] a request that changes something from %s is refused'],
      ['test/http/sessions.test.ts', '[P20] every route that changes something with a session asks for the CSRF token'],
      ['test/system/browser.test.ts', '[P19] another site’s page can’t sign a person in, nor out'],
    ],
  },
  {
    id: 'V3.5.2',
    state: 'met',
    promise: 'P19',
    it: 'Non ci affidiamo alla domanda preliminare del browser: origine e tipo del contenuto vengono controllati comunque.',
    en: 'We do not rely on the browser asking first: origin and type of the content are checked in any case.',
    tests: [
      ['test/http/sessions.test.ts', '[P19] without Origin, %s'],
      ['test/http/bodies.test.ts', 'of %s get the problem that names it'],
    ],
  },
  {
    id: 'V3.5.3',
    state: 'met',
    promise: 'P20',
    it: 'Aprire un link non cambia nulla: serve un clic su un pulsante, cioè una POST, PUT o DELETE.',
    en: 'Opening a link changes nothing: it takes a click on a button, which is a POST, PUT or DELETE.',
    tests: [
      ['test/web/links.test.ts', '[P13] %s says what will happen, and nothing does before the click: scanners open every link'],
      ['test/http/subscriptions.test.ts', '[P04] opening the same link unsubscribes nobody: mail scanners open all of them'],
    ],
  },
  {
    id: 'V3.5.8',
    state: 'met',
    it: 'Ogni risposta vieta ad altri siti di caricarla al proprio interno (`same-origin`).',
    en: 'Every response forbids other sites to load it into theirs (`same-origin`).',
    tests: everyResponse,
  },
  {
    id: 'V3.6.1',
    state: 'met',
    promise: 'P21',
    it: 'Le pagine non caricano nulla da altri: script, stili e caratteri sono nostri.',
    en: 'The pages load nothing from others: scripts, styles and typefaces are ours.',
    tests: [[build, '[P21] hold no inline script, no inline style, no event attribute and no foreign address']],
  },
  {
    id: 'V3.7.4',
    state: 'open',
    promise: 'P09',
    it: 'L’header chiede di entrare nell’elenco precaricato dei browser; iscrivere il dominio spetta a chi installa, e non lo abbiamo controllato.',
    en: 'The header asks for the list that browsers come with; putting the domain on it is up to whoever deploys, and we have not checked it.',
  },
];
