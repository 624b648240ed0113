/**
 * The 29 promises of the public security page, and what backs each.
 *
 * A row stays listed whether or not anything backs it yet: without evidence its status is "open", never hidden.
 * `scripts/promises.ts` derives `docs/promises.generated.md` from it and refuses evidence that nobody provides.
 */

export type PromiseSection = 'availability' | 'measures' | 'organisation' | 'quality';

export interface Evidence {
  /**
   * `test`: tests whose titles carry `[Pnn]`. `template`: a rule checked on the synthesized stacks. `report`: what an
   * independent tool wrote. `attestation`: what a person signed, with an expiry.
   */
  readonly kind: 'test' | 'template' | 'report' | 'attestation';
  /** What to look for: the area of the tests, the file, the tool. */
  readonly name: string;
}

export interface SecurityPromise {
  readonly id: `P${number}`;
  readonly section: PromiseSection;
  /** The sentence that the public sees. */
  readonly it: string;
  readonly en: string;
  /** What has to hold before the sentence may be called kept. */
  readonly keptMeans: string;
  readonly evidence: readonly Evidence[];
  /** What of `keptMeans` is not built yet: as long as this stands here the promise counts as open. */
  readonly notYet?: string;
}

export const promises: readonly SecurityPromise[] = [
  {
    id: 'P01',
    section: 'availability',
    it: 'Facciamo di tutto per mantenere un uptime del 99,9 %.',
    en: 'We do everything to keep an uptime of 99.9 %.',
    keptMeans:
      'An objective defined once, measured every minute from real requests and a canary, its error budget visible, with burn-rate alarms over several windows.',
    evidence: [{ kind: 'test', name: 'what counts as good, the budget to the minute, burn-rate alarms, and the canary' }],
  },
  {
    id: 'P02',
    section: 'availability',
    it: 'A tale scopo ci avvaliamo di diversi servizi.',
    en: 'Several services serve that end.',
    keptMeans:
      'Managed parts in several zones only; point-in-time recovery, deletion protection, retained data; gradual deployments that roll back by themselves on an alarm.',
    evidence: [
      {
        kind: 'test',
        name: 'the protection of tables, keys and secrets, and the roll-outs that go back on an alarm, on the synthesized stacks',
      },
    ],
  },
  {
    id: 'P03',
    section: 'availability',
    it: 'In caso di interruzioni o di emergenze il nostro team riceve notifiche in tempo reale e può agire rapidamente.',
    en: 'In outages and emergencies our team is notified in real time, and can act quickly.',
    keptMeans:
      "Alarms reach on-call phones over two independent channels; alarm actions are tested end to end; a dead-man's switch watches the alarm path itself.",
    evidence: [{ kind: 'test', name: 'the alarms, whom they reach and by which ways, walked from alarm to phone in the local system' }],
  },
  {
    id: 'P04',
    section: 'availability',
    it: 'Se qualcosa non funziona, la nostra status page ti tiene costantemente aggiornato.',
    en: 'When something does not work, our status page keeps you posted.',
    keptMeans:
      'A public page, JSON and a feed with components, incidents, updates, maintenance and 90-day bars, which stay up when everything else is down.',
    evidence: [
      {
        kind: 'test',
        name: 'incidents and maintenance by alarms, people and the clock; the status page, its data for clients, its feed, its measured minutes',
      },
    ],
    notYet: 'Nobody can subscribe to it by mail yet.',
  },
  {
    id: 'P05',
    section: 'availability',
    it: "Ti avvisiamo dei problemi anche con notifiche dentro l'applicazione.",
    en: 'We also tell you about problems by notices inside the application.',
    keptMeans: 'A notices API and a banner that client applications embed, and that fails silently.',
    evidence: [{ kind: 'test', name: 'notices: what is in them, and when they end; the banner in a browser, with sources that fail' }],
  },
  {
    id: 'P06',
    section: 'measures',
    it: 'Tutto il traffico passa attraverso una connessione crittografata.',
    en: 'All traffic passes over an encrypted connection.',
    keptMeans: 'TLS 1.2 is the floor and 1.3 preferred, with strong suites only, on every hop and not only on the first.',
    evidence: [
      { kind: 'test', name: 'the edge: TLS versions and suites; the stacks: protocols of every hop' },
      { kind: 'report', name: 'docs/reports/testssl.json' },
    ],
  },
  {
    id: 'P07',
    section: 'measures',
    it: 'Accettiamo traffico unicamente attraverso la porta 443.',
    en: 'We accept traffic on port 443 only.',
    keptMeans: 'No content is ever served on another port: plain HTTP gets a redirect for pages and a refusal for the API.',
    evidence: [{ kind: 'test', name: 'the edge on plain HTTP; the viewer protocol policies of the distribution' }],
  },
  {
    id: 'P08',
    section: 'measures',
    it: 'Pubblichiamo un rapporto sulla nostra configurazione TLS.',
    en: 'We publish a report on our TLS configuration.',
    keptMeans: 'A report made by an independent scanner is linked from the security page.',
    evidence: [
      { kind: 'report', name: 'docs/reports/testssl.json' },
      { kind: 'report', name: 'docs/reports/nmap.json' },
      { kind: 'report', name: 'docs/reports/sslscan.json' },
      { kind: 'test', name: 'the judges of the scanners, each shown to fail; what the reports say' },
    ],
    notYet: 'The security page, which links the reports, is not built yet.',
  },
  {
    id: 'P09',
    section: 'measures',
    it: "Dalla prima visita inviamo l'header HTTP Strict Transport Security: tutte le richieste future avvengono via HTTPS, anche da un link che indica HTTP.",
    en: 'From the first visit we send the HTTP Strict Transport Security header: every later request goes over HTTPS, even from a link that says HTTP.',
    keptMeans: 'The header is on every response, refusals included, for two years, with subdomains, ready for preloading.',
    evidence: [
      { kind: 'test', name: 'the headers of every response, from outside; the response headers policy' },
      { kind: 'report', name: 'docs/reports/mdn-http-observatory.json' },
    ],
  },
  {
    id: 'P10',
    section: 'measures',
    it: 'I dati sono memorizzati su servizi AWS, la cui infrastruttura ha le attestazioni ISO 27001, SOC 1, SOC 2/SSAE 16/ISAE 3402, PCI Level 1, C5, ENS High e IT-Grundschutz.',
    en: 'Data is stored on AWS services, whose infrastructure holds the attestations ISO 27001, SOC 1, SOC 2/SSAE 16/ISAE 3402, PCI Level 1, C5, ENS High and IT-Grundschutz.',
    keptMeans:
      'Encryption at rest with customer-managed keys everywhere; only services in the scope of these attestations, in chosen regions; rule packs run on every synthesis. We say that AWS holds the attestations, never that we do.',
    evidence: [{ kind: 'test', name: 'encryption at rest on the synthesized stacks' }],
    notYet: 'That every service used is in the scope of these attestations is not checked yet.',
  },
  {
    id: 'P11',
    section: 'measures',
    it: 'Per accedere serve una password sicura di almeno 6 caratteri.',
    en: 'Signing in takes a safe password of at least 6 characters.',
    keptMeans:
      'A floor of 6 (profiles of 8 and 15 to choose from), at least 64 characters allowed, common passwords refused, no composition rules.',
    evidence: [{ kind: 'test', name: 'the password policy, in the domain and from outside' }],
  },
  {
    id: 'P12',
    section: 'measures',
    it: 'Non memorizziamo mai le password come testo: salviamo unicamente un hash unidirezionale bcrypt con un salt casuale per ogni utente.',
    en: 'We never store passwords as text: only a one-way bcrypt hash, with a random salt for each user.',
    keptMeans:
      'bcrypt at a cost of at least 12 over a digest keyed in KMS, whose key never leaves it, so that a stolen table is useless offline; existing plain bcrypt hashes are imported and upgraded at sign-in.',
    evidence: [{ kind: 'test', name: 'the form of stored hashes; no password in any table or log' }],
  },
  {
    id: 'P13',
    section: 'measures',
    it: "Dopo più password errate l'account viene temporaneamente bloccato, contro gli attacchi di forza bruta.",
    en: 'After several wrong passwords the account is locked for a while, against brute force.',
    keptMeans:
      'Exact under concurrency, the same for unknown accounts, with growing waits; strangers cannot lock out the owner on a known device; the owner is told.',
    evidence: [{ kind: 'test', name: 'the lockout, in the domain, on every store, and under parallel attack' }],
  },
  {
    id: 'P14',
    section: 'measures',
    it: "Puoi attivare la verifica in due passaggi con Google Authenticator o Authy, nelle impostazioni di sicurezza dell'account.",
    en: 'You can switch on two-step verification with Google Authenticator or Authy, in the security settings of your account.',
    keptMeans:
      'TOTP (RFC 6238) with QR code and manual key, confirmed before it counts; single-use codes; recovery codes; switched off only after a step-up; works with any authenticator.',
    evidence: [
      { kind: 'test', name: 'codes and recovery codes, in the domain, from outside and under parallel attack; who reaches the seeds' },
    ],
  },
  {
    id: 'P15',
    section: 'measures',
    it: 'Blocchiamo le richieste da indirizzi o intervalli IP noti come pericolosi.',
    en: 'We block requests from IP addresses and ranges known to be dangerous.',
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
    keptMeans: 'Escaping by construction, fit for its context: nothing interpolates into HTML.',
    evidence: [{ kind: 'test', name: 'the architecture of pages and mails; hostile strings in a real browser' }],
  },
  {
    id: 'P18',
    section: 'measures',
    it: 'Evitiamo di restituire file raw, che potrebbero inviare al browser dati indesiderati.',
    en: 'We return no raw files, which could send unwanted data to the browser.',
    keptMeans: 'No path serves bytes that a user supplied; content types are pinned and sniffing is off.',
    evidence: [{ kind: 'test', name: 'content types and nosniff on every response' }],
  },
  {
    id: 'P19',
    section: 'measures',
    it: 'Le richieste che non provengono dai nostri domini vengono bloccate.',
    en: 'Requests that do not come from our domains are blocked.',
    keptMeans: 'Origin and Sec-Fetch-Site are checked on every unsafe method; the list of allowed origins is strict.',
    evidence: [{ kind: 'test', name: 'the origin guard, and cross-site requests from outside' }],
  },
  {
    id: 'P20',
    section: 'measures',
    it: 'Le azioni importanti richiedono inoltre un token CSRF.',
    en: 'Important actions take a CSRF token as well.',
    keptMeans: 'A token bound to the session on every change of state made with a cookie, and a step-up for the sensitive ones.',
    evidence: [{ kind: 'test', name: 'the CSRF guard, and forged requests from outside' }],
  },
  {
    id: 'P21',
    section: 'measures',
    it: "L'header Content Security Policy (CSP) indica le risorse fidate che il browser può caricare ed eseguire.",
    en: 'The Content Security Policy (CSP) header names the trusted sources that the browser may load and run.',
    keptMeans: 'A strict policy on every response, without unsafe-*, with Trusted Types; its violations are collected and alarmed.',
    evidence: [
      { kind: 'test', name: 'the policy on every response, and in a real browser; its reports, grouped and bounded' },
      { kind: 'report', name: 'docs/reports/csp_evaluator.json' },
      { kind: 'report', name: 'docs/reports/mdn-http-observatory.json' },
    ],
  },
  {
    id: 'P22',
    section: 'measures',
    it: 'Abbiamo un programma di hacking etico aperto ai ricercatori di sicurezza.',
    en: 'We run an ethical hacking programme that is open to security researchers.',
    keptMeans: 'A policy with safe harbour, security.txt, an intake, triage, acknowledgement and credit.',
    evidence: [],
  },
  {
    id: 'P23',
    section: 'measures',
    it: "L'applicazione è sottoposta a test costanti da parte di specialisti indipendenti.",
    en: 'The application is tested constantly by independent specialists.',
    keptMeans: 'A suite of independent attack tools runs on every change and on a schedule; its last result is public.',
    evidence: [{ kind: 'test', name: 'the workflows that run the attack suite on every change and every night' }],
    notYet: 'The last result is in the log of the workflow, and not on the security page yet.',
  },
  {
    id: 'P24',
    section: 'organisation',
    it: 'Il nostro team usa password uniche ed efficaci e la verifica in due passaggi ovunque.',
    en: 'Our team uses unique, strong passwords and two-step verification everywhere.',
    keptMeans:
      'An IAM password policy, a denial without a second factor, rules and root checks in AWS Config; staff accounts of this system cannot act without a second factor.',
    evidence: [{ kind: 'test', name: 'the guardrails on the account, for whoever switches them on' }],
    notYet: 'Whether a deployment has switched the guardrails on is not shown yet.',
  },
  {
    id: 'P25',
    section: 'organisation',
    it: 'Tutti i dipendenti sono invitati a usare un gestore di password per generare e conservare password sicure.',
    en: 'All employees are asked to use a password manager, to make and keep safe passwords.',
    keptMeans: 'Pasting and password managers work on every page (autocomplete, change-password address); a register of attestations.',
    evidence: [{ kind: 'test', name: 'the address for changing passwords that managers look for' }],
    notYet: 'There is no register of attestations yet.',
  },
  {
    id: 'P26',
    section: 'organisation',
    it: 'Cifriamo i dischi locali e attiviamo il blocco automatico dello schermo.',
    en: 'We encrypt local disks and lock screens automatically.',
    keptMeans: 'Rules on volume encryption in AWS; for laptops, which no AWS rule can see, a register of evidence with expiry.',
    evidence: [{ kind: 'test', name: 'the rules on volumes among the guardrails on the account' }],
    notYet: 'There is no register of evidence for laptops yet.',
  },
  {
    id: 'P27',
    section: 'organisation',
    it: 'Le funzionalità di amministratore sono riservate a un numero ristretto di persone.',
    en: 'Administrative features are limited to a few people.',
    keptMeans:
      'A short list of names in the configuration; an enforced second factor, short sessions, step-up, a function and a role of their own, and every act audited.',
    evidence: [
      {
        kind: 'test',
        name: 'the staff list of the configuration, the short sessions of staff, their second factor and step-up, and the role of `admin`',
      },
    ],
    notYet: 'Acts of staff stand in the security events; there is no audit trail that proves itself yet.',
  },
  {
    id: 'P28',
    section: 'quality',
    it: 'Ogni modifica al codice è sottoposta a una revisione rigorosa.',
    en: 'Every change to the code is strictly reviewed.',
    keptMeans:
      'A delivery role that only a reviewed, protected branch and an approved environment can assume; code owners; required checks.',
    evidence: [{ kind: 'test', name: "the role that deploys, the workflows, and the check of the repository's own settings" }],
    notYet: 'What the check of the settings found is not on the security page yet.',
  },
  {
    id: 'P29',
    section: 'quality',
    it: 'Puoi segnalarci qualsiasi vulnerabilità: leggiamo ogni segnalazione e rispondiamo nel più breve tempo possibile.',
    en: 'You can report any vulnerability to us: we read every report and answer as soon as we can.',
    keptMeans: 'A form and an API, a tracking token, clocks on the answering times with alarms, and nothing lost.',
    evidence: [],
  },
];
