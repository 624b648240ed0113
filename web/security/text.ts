/** The words of the security page, in both languages. What each promise says is with the promise, in `contract/promises/`. */
import type { EvidenceResult, OpenReason, PromiseStatus, RequirementStatus, ShownEvidence } from '../../contract/evidence.ts';
import type { PromiseSection } from '../../contract/promise.ts';
import type { Language } from '../text/dictionary.ts';

export interface SecurityText {
  readonly title: string;
  readonly lead: string;
  readonly description: string;
  readonly otherLanguage: string;
  readonly home: string;
  readonly statuses: Readonly<Record<PromiseStatus, string>>;
  readonly statusMeans: Readonly<Record<PromiseStatus, string>>;
  readonly statusHeading: string;
  readonly tested: (commit: string) => string;
  readonly testedChanged: string;
  readonly neverTested: string;
  readonly run: string;
  readonly goodUntil: (date: string) => string;
  readonly outdated: string;
  readonly data: string;
  readonly sections: Readonly<Record<PromiseSection, string>>;
  readonly howKept: string;
  readonly howOpen: string;
  readonly missing: string;
  readonly signedUntil: (day: string) => string;
  readonly reasons: Readonly<Record<Exclude<OpenReason, 'not_built'>, string>>;
  readonly evidence: (passed: number, all: number) => string;
  readonly noEvidence: string;
  readonly last: (date: string) => string;
  readonly kinds: Readonly<Record<ShownEvidence['kind'], string>>;
  readonly results: Readonly<Record<EvidenceResult, string>>;
  readonly cases: (count: number) => string;
  readonly attacks: {
    readonly title: string;
    readonly lead: string;
    readonly nightly: string;
    readonly suite: string;
    readonly reports: string;
    readonly tool: string;
    readonly date: string;
    readonly summary: string;
  };
  readonly reports: {
    readonly title: string;
    readonly lead: string;
    readonly back: string;
    readonly version: string;
    readonly date: string;
    readonly scanned: string;
    readonly target: string;
    readonly summary: string;
    readonly findings: string;
    readonly nothing: string;
  };
  readonly asvs: {
    readonly title: string;
    readonly lead: (spoken: number, published: number) => string;
    readonly requirement: string;
    readonly level: (level: number) => string;
    readonly says: string;
    readonly status: string;
    readonly statuses: Readonly<Record<RequirementStatus, string>>;
    readonly why: string;
    readonly remedy: string;
    readonly noRemedy: string;
    readonly promise: string;
    readonly licence: string;
    readonly chapters: Readonly<Record<string, string>>;
  };
  readonly services: {
    readonly title: string;
    readonly lead: (date: string) => string;
    readonly service: string;
    readonly documented: string;
    readonly notVerified: string;
    readonly ofNone: string;
    readonly ofSome: (documented: number, all: number) => string;
    readonly source: string;
  };
  readonly links: { readonly title: string; readonly status: string; readonly report: string; readonly contact: string };
}

const en: SecurityText = {
  title: 'Security',
  lead: 'What we promise you about the safety of your data, and how each promise stands today. No line on this page is written by hand: each is derived from the checks behind it, and one that no check backs says so.',
  description: 'What we promise about the safety of your data, with the evidence for each promise and its last result.',
  otherLanguage: 'Italiano',
  home: 'Sign in',
  statuses: { kept: 'Kept', open: 'Open', failing: 'Failing' },
  statusMeans: {
    kept: 'Everything that the promise takes is built, and every check of it passed on the version that this page speaks of.',
    open: 'Something is missing: it is not built yet, nobody has attested it, or its checks did not run on this version.',
    failing: 'A check of it has failed on this version.',
  },
  statusHeading: 'How the promises stand',
  tested: (commit) => `Checked: version ${commit}`,
  testedChanged: 'with changes that are in no version yet',
  neverTested: 'No check has been recorded for this version: nothing here can count as kept.',
  run: 'the public log of the checks',
  goodUntil: (date) => `These results count until ${date}.`,
  outdated: 'The results on this page are too old to count. Take every promise as open until it is renewed.',
  data: 'The same as data (JSON)',
  sections: {
    availability: 'Availability',
    measures: 'Security measures',
    organisation: 'Organisation',
    quality: 'Quality assurance',
  },
  howKept: 'How:',
  howOpen: 'What keeping it takes:',
  missing: 'Not yet:',
  signedUntil: (day) => `It rests on a signature that counts until ${day}; after that day, take it as open.`,
  reasons: {
    no_evidence: 'There is no evidence for it yet.',
    not_run: 'Some of its checks have not run on this version.',
    out_of_date: 'Some of its results are of an earlier version, or too old.',
    not_attested: 'It takes a signed statement that nobody has given yet.',
    expired: 'The statement that it takes has expired.',
    switched_off: 'Not kept here: this deployment has not switched on the guardrails on its AWS account.',
  },
  evidence: (passed, all) => (passed === all ? `Evidence: ${all} of ${all} passed` : `Evidence: ${passed} of ${all} passed`),
  noEvidence: 'No evidence',
  last: (date) => `last result ${date}`,
  kinds: {
    test: 'Tests of behaviour',
    template: 'Rules on what is deployed',
    attack: 'Attacks',
    suite: 'Suites',
    report: 'Reports by tools of others',
    attestation: 'Signed statements',
    setting: 'Settings of this deployment',
  },
  results: { passed: 'passed', failed: 'failed', stale: 'out of date', expired: 'expired', off: 'off', unknown: 'not run' },
  cases: (count) => `${count} times`,
  attacks: {
    title: 'Result of the attack suite',
    lead: 'Attacks that we wrote, and programs made by others, run on every change and every night. This is what they found on the version that this page speaks of, with the day; what a later night finds is on no page until the next version is delivered.',
    nightly: 'The runs of every night',
    suite: 'Our own attacks',
    reports: 'Programs of others',
    tool: 'Program',
    date: 'Date',
    summary: 'Result',
  },
  reports: {
    title: 'Reports of the scanners',
    lead: 'What programs made by others said about our TLS configuration and our headers, in their own words.',
    back: 'Back to the security page',
    version: 'Version',
    date: 'Date',
    scanned: 'Scanned',
    target: 'Target',
    summary: 'Result',
    findings: 'What it would like otherwise, none of it over the target',
    nothing: 'Nothing else was found.',
  },
  asvs: {
    title: 'The OWASP standard, row by row',
    lead: (spoken, published) =>
      `The OWASP Application Security Verification Standard lists ${published} requirements for applications. This is what we do about ${spoken} of them, in our own words; about the others we claim nothing. “Met” is shown only while every check behind the row has passed on this version. Nobody has audited us against the standard.`,
    requirement: 'Requirement',
    level: (level) => `level ${level}`,
    says: 'What we do',
    status: 'State',
    statuses: { met: 'Met', deviates: 'Deviates', open: 'Open', failing: 'Failing' },
    why: 'Why:',
    remedy: 'Removed by:',
    noRemedy: 'no setting; it is meant to stay.',
    promise: 'Part of the promise',
    licence: 'The numbers and levels are those of the',
    chapters: {
      V1: 'Text that stays text',
      V2: 'Input and limits',
      V3: 'In the browser',
      V4: 'The API',
      V6: 'Signing in',
      V7: 'Sessions',
      V8: 'Who may do what',
      V9: 'Signed tokens',
      V11: 'Cryptography',
      V12: 'Connections',
      V13: 'Configuration',
      V14: 'Data',
      V15: 'Code and components',
      V16: 'Records and failures',
    },
  },
  services: {
    title: 'The AWS services underneath',
    lead: (date) =>
      `The attestations are held by AWS for its infrastructure, not by us. This is what AWS’s own documentation said of each service, as we read it on ${date}; “not verified” means that we have not confirmed it, not that AWS lacks it. A service that is not in this table can not be deployed.`,
    service: 'Service',
    documented: 'Documented by AWS',
    notVerified: 'not verified',
    ofNone: 'not verified for any of them',
    ofSome: (documented, all) => `documented for ${documented} of ${all}, not verified for the others`,
    source: 'source',
  },
  links: { title: 'More', status: 'Status page', report: 'Report a vulnerability', contact: 'security.txt' },
};

const it: SecurityText = {
  title: 'Sicurezza',
  lead: 'Che cosa ti promettiamo sulla sicurezza dei tuoi dati, e a che punto è oggi ogni promessa. Nessuna riga di questa pagina è scritta a mano: ognuna deriva dai controlli che ha dietro, e quella che nessun controllo sostiene lo dice.',
  description: 'Che cosa promettiamo sulla sicurezza dei tuoi dati, con le prove di ogni promessa e il loro ultimo risultato.',
  otherLanguage: 'English',
  home: 'Accedi',
  statuses: { kept: 'Mantenuta', open: 'Aperta', failing: 'Non mantenuta' },
  statusMeans: {
    kept: 'Tutto ciò che serve esiste, e ogni suo controllo è stato superato sulla versione di cui parla questa pagina.',
    open: 'Manca qualcosa: non è ancora pronto, nessuno lo ha attestato, oppure i controlli non sono stati eseguiti su questa versione.',
    failing: 'Un suo controllo non è stato superato su questa versione.',
  },
  statusHeading: 'A che punto sono le promesse',
  tested: (commit) => `Controllata: versione ${commit}`,
  testedChanged: 'con modifiche che non sono ancora in nessuna versione',
  neverTested: 'Per questa versione non risulta nessun controllo: qui nulla può valere come mantenuto.',
  run: 'il registro pubblico dei controlli',
  goodUntil: (date) => `Questi risultati valgono fino al ${date}.`,
  outdated: 'I risultati di questa pagina sono troppo vecchi per valere. Considera aperta ogni promessa finché non viene rinnovata.',
  data: 'Le stesse informazioni come dati (JSON)',
  sections: {
    availability: 'Disponibilità',
    measures: 'Misure di sicurezza',
    organisation: 'Organizzazione',
    quality: 'Garanzia di qualità',
  },
  howKept: 'Come:',
  howOpen: 'Che cosa serve per mantenerla:',
  missing: 'Non ancora:',
  signedUntil: (day) => `Si basa su una firma che vale fino al ${day}; dopo quel giorno considerala aperta.`,
  reasons: {
    no_evidence: 'Non ci sono ancora prove.',
    not_run: 'Alcuni controlli non sono stati eseguiti su questa versione.',
    out_of_date: 'Alcuni risultati sono di una versione precedente o troppo vecchi.',
    not_attested: 'Serve una dichiarazione firmata che nessuno ha ancora dato.',
    expired: 'La dichiarazione che serve è scaduta.',
    switched_off: 'Qui non è mantenuta: questa installazione non ha attivato le regole sul proprio account AWS.',
  },
  evidence: (passed, all) => (passed === all ? `Prove: ${all} su ${all} superate` : `Prove: ${passed} su ${all} superate`),
  noEvidence: 'Nessuna prova',
  last: (date) => `ultimo risultato ${date}`,
  kinds: {
    test: 'Test del comportamento',
    template: 'Regole su ciò che viene distribuito',
    attack: 'Attacchi',
    suite: 'Serie di test',
    report: 'Rapporti di programmi di altri',
    attestation: 'Dichiarazioni firmate',
    setting: 'Impostazioni di questa installazione',
  },
  results: {
    passed: 'superato',
    failed: 'non superato',
    stale: 'non aggiornato',
    expired: 'scaduto',
    off: 'spento',
    unknown: 'non eseguito',
  },
  cases: (count) => `${count} volte`,
  attacks: {
    title: 'Risultato degli attacchi di prova',
    lead: 'Attacchi scritti da noi e programmi di altri vengono eseguiti a ogni modifica e ogni notte. Ecco che cosa hanno trovato sulla versione di cui parla questa pagina, e quando; ciò che trova una notte successiva non è su nessuna pagina finché non viene consegnata la versione seguente.',
    nightly: 'Le esecuzioni di ogni notte',
    suite: 'I nostri attacchi',
    reports: 'Programmi di altri',
    tool: 'Programma',
    date: 'Data',
    summary: 'Risultato',
  },
  reports: {
    title: 'Rapporti degli scanner',
    lead: 'Che cosa hanno detto programmi di altri sulla nostra configurazione TLS e sui nostri header, con le loro parole.',
    back: 'Torna alla pagina sulla sicurezza',
    version: 'Versione',
    date: 'Data',
    scanned: 'Esaminato',
    target: 'Obiettivo',
    summary: 'Risultato',
    findings: 'Che cosa vorrebbe diverso, nulla oltre l’obiettivo',
    nothing: 'Nient’altro è stato trovato.',
  },
  asvs: {
    title: 'Lo standard OWASP, riga per riga',
    lead: (spoken, published) =>
      `L’Application Security Verification Standard di OWASP elenca ${published} requisiti per le applicazioni. Ecco che cosa facciamo per ${spoken} di essi, con parole nostre; sugli altri non affermiamo nulla. “Soddisfatto” appare solo finché ogni controllo dietro la riga è stato superato su questa versione. Nessuno ci ha certificati secondo lo standard.`,
    requirement: 'Requisito',
    level: (level) => `livello ${level}`,
    says: 'Che cosa facciamo',
    status: 'Stato',
    statuses: { met: 'Soddisfatto', deviates: 'Deviazione', open: 'Aperto', failing: 'Non soddisfatto' },
    why: 'Perché:',
    remedy: 'La toglie:',
    noRemedy: 'nessuna impostazione; è voluta.',
    promise: 'Parte della promessa',
    licence: 'I numeri e i livelli sono quelli dello',
    chapters: {
      V1: 'Il testo resta testo',
      V2: 'Dati in arrivo e limiti',
      V3: 'Nel browser',
      V4: 'L’API',
      V6: 'Accesso',
      V7: 'Sessioni',
      V8: 'Chi può fare che cosa',
      V9: 'Gettoni firmati',
      V11: 'Crittografia',
      V12: 'Connessioni',
      V13: 'Configurazione',
      V14: 'Dati',
      V15: 'Codice e componenti',
      V16: 'Registrazioni ed errori',
    },
  },
  services: {
    title: 'I servizi AWS che usiamo',
    lead: (date) =>
      `Le attestazioni sono di AWS e riguardano la sua infrastruttura, non noi. Ecco che cosa diceva di ogni servizio la documentazione di AWS, letta il ${date}; “non verificato” significa che non ne abbiamo avuto conferma, non che AWS ne sia priva. Un servizio che non è in questa tabella non può essere distribuito.`,
    service: 'Servizio',
    documented: 'Documentato da AWS',
    notVerified: 'non verificato',
    ofNone: 'non verificata per nessuno di essi',
    ofSome: (documented, all) => `documentata per ${documented} su ${all}, non verificata per gli altri`,
    source: 'fonte',
  },
  links: { title: 'Altro', status: 'Status page', report: 'Segnala una vulnerabilità', contact: 'security.txt' },
};

export const securityTexts: Readonly<Record<Language, SecurityText>> = { en, it };
