/** What is promised about the people behind it. */
import type { SecurityPromise } from '../promise.ts';

export const organisationPromises: readonly SecurityPromise[] = [
  {
    id: 'P24',
    section: 'organisation',
    it: 'Il nostro team usa password uniche ed efficaci e la verifica in due passaggi ovunque.',
    en: 'Our team uses unique, strong passwords and two-step verification everywhere.',
    how: {
      it: 'Sull’account AWS valgono regole per le password, il divieto di agire senza secondo fattore e controlli continui; chi lavora su questo sistema non può fare nulla senza secondo fattore.',
      en: 'The AWS account has a password policy, a denial of acts without a second factor, and continuous checks; staff of this system can do nothing without a second factor.',
    },
    keptMeans:
      'An IAM password policy, a denial without a second factor, rules and root checks in AWS Config; staff accounts of this system cannot act without a second factor.',
    evidence: [
      { kind: 'test', name: 'the guardrails on the account, for whoever switches them on' },
      { kind: 'setting', name: 'guardrails' },
      { kind: 'attestation', name: 'team-two-factor' },
    ],
  },
  {
    id: 'P25',
    section: 'organisation',
    it: 'Tutti i dipendenti sono invitati a usare un gestore di password per generare e conservare password sicure.',
    en: 'All employees are asked to use a password manager, to make and keep safe passwords.',
    how: {
      it: 'Le nostre pagine funzionano con ogni gestore di password: si può incollare, e i campi dicono che cosa sono.',
      en: 'Our pages work with every password manager: pasting is allowed, and the fields say what they are.',
    },
    keptMeans: 'Pasting and password managers work on every page (autocomplete, change-password address); a register of attestations.',
    evidence: [
      { kind: 'test', name: 'the address for changing passwords that managers look for' },
      { kind: 'attestation', name: 'password-managers' },
    ],
  },
  {
    id: 'P26',
    section: 'organisation',
    it: 'Cifriamo i dischi locali e attiviamo il blocco automatico dello schermo.',
    en: 'We encrypt local disks and lock screens automatically.',
    how: {
      it: 'Una regola controlla la cifratura dei volumi su AWS. Per i computer portatili, che AWS non vede, vale un registro di prove con scadenza.',
      en: 'A rule checks the encryption of volumes on AWS. For laptops, which AWS can not see, there is a register of evidence with expiry.',
    },
    keptMeans: 'Rules on volume encryption in AWS; for laptops, which no AWS rule can see, a register of evidence with expiry.',
    evidence: [
      { kind: 'test', name: 'the rules on volumes among the guardrails on the account' },
      { kind: 'setting', name: 'guardrails' },
      { kind: 'attestation', name: 'laptop-disks' },
      { kind: 'attestation', name: 'screen-locks' },
    ],
  },
  {
    id: 'P27',
    section: 'organisation',
    it: 'Le funzionalità di amministratore sono riservate a un numero ristretto di persone.',
    en: 'Administrative features are limited to a few people.',
    how: {
      it: 'L’elenco è breve e sta nella configurazione. Servono un secondo fattore, sessioni brevi e una conferma prima di ogni modifica; ogni atto resta in un registro che dimostra di non essere stato cambiato.',
      en: 'The list is short and stands in the configuration. It takes a second factor, short sessions, and a confirmation before every change; every act stays in a trail that proves it was not changed.',
    },
    keptMeans:
      'A short list of names in the configuration; an enforced second factor, short sessions, step-up, a function and a role of their own, and every act audited.',
    evidence: [
      {
        kind: 'test',
        name: 'the staff list of the configuration, the short sessions of staff, their second factor and step-up, and the role of `admin`',
      },
      {
        kind: 'test',
        name: 'the audit trail: who may write it, what it seals, and every way to forge it that the verifier names',
      },
    ],
  },
  {
    id: 'P28',
    section: 'quality',
    it: 'Ogni modifica al codice è sottoposta a una revisione rigorosa.',
    en: 'Every change to the code is strictly reviewed.',
    how: {
      it: 'In produzione arriva solo ciò che un’altra persona ha approvato su un ramo protetto e che ha superato tutti i controlli.',
      en: 'Only what another person approved on a protected branch, and what passed every check, reaches production.',
    },
    keptMeans:
      'A delivery role that only a reviewed, protected branch and an approved environment can assume; code owners; required checks.',
    evidence: [
      { kind: 'test', name: "the role that deploys, the workflows, and the check of the repository's own settings" },
      { kind: 'attestation', name: 'repository-protection' },
    ],
  },
  {
    id: 'P29',
    section: 'quality',
    it: 'Puoi segnalarci qualsiasi vulnerabilità: leggiamo ogni segnalazione e rispondiamo nel più breve tempo possibile.',
    en: 'You can report any vulnerability to us: we read every report and answer as soon as we can.',
    how: {
      it: 'Per ogni segnalazione corre un orologio: se la prima risposta tarda, suona un allarme.',
      en: 'A clock runs for every report: when the first answer is late, an alarm rings.',
    },
    keptMeans: 'A form and an API, a tracking token, clocks on the answering times with alarms, and nothing lost.',
    evidence: [
      { kind: 'test', name: 'the form, the intake, floods, forged tokens, clocks with their alarms, and who may open what was sealed' },
    ],
  },
];
