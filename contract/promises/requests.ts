/** What is promised about requests and what the browser gets. */
import type { SecurityPromise } from '../promise.ts';

export const requestsPromises: readonly SecurityPromise[] = [
  {
    id: 'P15',
    section: 'measures',
    it: 'Blocchiamo le richieste da indirizzi o intervalli IP noti come pericolosi.',
    en: 'We block requests from IP addresses and ranges known to be dangerous.',
    how: {
      it: 'Elenchi pubblici di indirizzi pericolosi vengono letti ogni ora; altri indirizzi si bloccano a mano o da soli, per un tempo limitato e con il motivo. Se un elenco manca, nessun blocco viene tolto.',
      en: 'Public lists of dangerous addresses are read every hour; further addresses are blocked by hand or by themselves, for a limited time and with the reason. When a list is missing, no block is lifted.',
    },
    keptMeans:
      'IP sets for IPv4 and IPv6 filled from feeds, by hand and automatically, with expiry, reasons and an audit trail; a failed feed never unblocks.',
    evidence: [
      { kind: 'test', name: 'the IP sets of the web ACL, for both families' },
      {
        kind: 'test',
        name: 'feeds that fail, blocks by hand and automatic ones, their end by the clock, and edits past the function that keeps the sets',
      },
      { kind: 'test', name: 'traps: who springs them, and whom nobody can have blocked by them' },
    ],
  },
  {
    id: 'P16',
    section: 'measures',
    it: 'Le richieste provenienti dallo stesso IP vengono limitate e bloccate, per evitare abusi.',
    en: 'Requests from one IP address are limited and blocked, to prevent abuse.',
    how: {
      it: 'Un limite vale all’ingresso della rete e uno esatto dietro: chi manda richieste a raffica ottiene un rifiuto, gli altri non se ne accorgono.',
      en: 'One limit holds at the edge of the network and an exact one behind it: whoever floods us is refused, and others do not notice.',
    },
    keptMeans: 'Rate rules at the edge, exact limits behind them.',
    evidence: [
      { kind: 'test', name: 'the rate rules of the web ACL, and floods from one address' },
      { kind: 'test', name: 'exact limits behind the edge: two hundred at once get what there is, and forged addresses change nothing' },
      { kind: 'test', name: 'the one door behind the edge: its secret changes under traffic, and requests past it are refused and ring' },
      { kind: 'test', name: 'limits of kinds of routes and of single paths apart' },
    ],
  },
  {
    id: 'P17',
    section: 'measures',
    it: "Contro il Cross-Site Scripting (XSS) viene effettuato l'escape di tutto l'output prima che arrivi al browser.",
    en: 'Against cross-site scripting (XSS) all output is escaped before it reaches the browser.',
    how: {
      it: 'Le pagine e le mail nascono da componenti che scrivono ogni valore come testo: nessuna stringa diventa codice.',
      en: 'Pages and mails are made of components that write every value as text: no string becomes code.',
    },
    keptMeans: 'Escaping by construction, fit for its context: nothing interpolates into HTML.',
    evidence: [{ kind: 'test', name: 'the architecture of pages and mails; hostile strings in a real browser' }],
  },
  {
    id: 'P18',
    section: 'measures',
    it: 'Evitiamo di restituire file raw, che potrebbero inviare al browser dati indesiderati.',
    en: 'We return no raw files, which could send unwanted data to the browser.',
    how: {
      it: 'Nessun indirizzo restituisce byte forniti da un utente; ogni risposta dice il proprio tipo e il browser non può indovinarne un altro.',
      en: 'No address returns bytes that a user supplied; every response says its type, and the browser may not guess another.',
    },
    keptMeans: 'No path serves bytes that a user supplied; content types are pinned and sniffing is off.',
    evidence: [{ kind: 'test', name: 'content types and nosniff on every response' }],
  },
  {
    id: 'P19',
    section: 'measures',
    it: 'Le richieste che non provengono dai nostri domini vengono bloccate.',
    en: 'Requests that do not come from our domains are blocked.',
    how: {
      it: 'Ogni richiesta che cambia qualcosa deve venire dalle nostre pagine o da un’applicazione nell’elenco; le altre vengono rifiutate.',
      en: 'Every request that changes something must come from our pages or from an application on the list; others are refused.',
    },
    keptMeans: 'Origin and Sec-Fetch-Site are checked on every unsafe method; the list of allowed origins is strict.',
    evidence: [{ kind: 'test', name: 'the origin guard, and cross-site requests from outside' }],
  },
  {
    id: 'P20',
    section: 'measures',
    it: 'Le azioni importanti richiedono inoltre un token CSRF.',
    en: 'Important actions take a CSRF token as well.',
    how: {
      it: 'Il token è legato alla tua sessione. Per le azioni delicate chiediamo inoltre di confermare che sei tu.',
      en: 'The token is bound to your session. For sensitive actions we also ask you to confirm that it is you.',
    },
    keptMeans: 'A token bound to the session on every change of state made with a cookie, and a step-up for the sensitive ones.',
    evidence: [{ kind: 'test', name: 'the CSRF guard, and forged requests from outside' }],
  },
  {
    id: 'P21',
    section: 'measures',
    it: "L'header Content Security Policy (CSP) indica le risorse fidate che il browser può caricare ed eseguire.",
    en: 'The Content Security Policy (CSP) header names the trusted sources that the browser may load and run.',
    how: {
      it: 'La regola è in ogni risposta, senza eccezioni per codice scritto nelle pagine; i browser ci segnalano chi prova a violarla.',
      en: 'The policy is on every response, with no exception for code inside pages; browsers report to us whatever tries to break it.',
    },
    keptMeans: 'A strict policy on every response, without unsafe-*, with Trusted Types; its violations are collected and alarmed.',
    evidence: [
      { kind: 'test', name: 'the policy on every response, and in a real browser; its reports, grouped and bounded' },
      { kind: 'report', name: 'docs/reports/csp_evaluator.json' },
      { kind: 'report', name: 'docs/reports/mdn-http-observatory.json' },
    ],
  },
];
