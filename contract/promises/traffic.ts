/** What is promised about the way of the data and where it lies. */
import type { SecurityPromise } from '../promise.ts';

export const trafficPromises: readonly SecurityPromise[] = [
  {
    id: 'P06',
    section: 'measures',
    it: 'Tutto il traffico passa attraverso una connessione crittografata.',
    en: 'All traffic passes over an encrypted connection.',
    how: {
      it: 'TLS 1.2 o 1.3, solo con cifrari robusti, in ogni tratto: dal browser a noi e tra i servizi dietro.',
      en: 'TLS 1.2 or 1.3 with strong ciphers only, on every stretch: from your browser to us, and between the services behind.',
    },
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
    how: {
      it: 'Su ogni altra porta non c’è nulla. Una pagina chiesta senza cifratura viene rimandata all’indirizzo cifrato; una richiesta all’API viene rifiutata.',
      en: 'There is nothing on any other port. A page asked for without encryption is sent on to the encrypted address; a call to the API is refused.',
    },
    keptMeans: 'No content is ever served on another port: plain HTTP gets a redirect for pages and a refusal for the API.',
    evidence: [{ kind: 'test', name: 'the edge on plain HTTP; the viewer protocol policies of the distribution' }],
  },
  {
    id: 'P08',
    section: 'measures',
    it: 'Pubblichiamo un rapporto sulla nostra configurazione TLS.',
    en: 'We publish a report on our TLS configuration.',
    how: {
      it: 'Programmi di altri esaminano la nostra configurazione TLS, e qui trovi che cosa hanno scritto.',
      en: 'Programs made by others examine our TLS configuration, and here you find what they wrote.',
    },
    keptMeans: 'A report made by an independent scanner is linked from the security page.',
    evidence: [
      { kind: 'report', name: 'docs/reports/testssl.json' },
      { kind: 'report', name: 'docs/reports/nmap.json' },
      { kind: 'report', name: 'docs/reports/sslscan.json' },
      { kind: 'test', name: 'the judges of the scanners, each shown to fail; what the reports say' },
    ],
  },
  {
    id: 'P09',
    section: 'measures',
    it: "Dalla prima visita inviamo l'header HTTP Strict Transport Security: tutte le richieste future avvengono via HTTPS, anche da un link che indica HTTP.",
    en: 'From the first visit we send the HTTP Strict Transport Security header: every later request goes over HTTPS, even from a link that says HTTP.',
    how: {
      it: 'L’header è in ogni risposta, anche nei rifiuti, vale due anni e comprende i sottodomini.',
      en: 'The header is on every response, refusals included, holds for two years, and covers subdomains.',
    },
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
    how: {
      it: 'Ogni archivio di dati è cifrato con chiavi nostre. I sistemi funzionano su servizi AWS in regioni scelte; le attestazioni sono di AWS e riguardano la sua infrastruttura, non noi.',
      en: 'Every store of data is encrypted with keys of ours. The systems run on AWS services in chosen regions; the attestations are AWS’s and cover its infrastructure, not us.',
    },
    keptMeans:
      'Encryption at rest with customer-managed keys everywhere; only services in the scope of these attestations, in chosen regions; rule packs run on every synthesis. We say that AWS holds the attestations, never that we do.',
    evidence: [
      {
        kind: 'test',
        name: 'encryption at rest, listed services and chosen regions on every synthesis; the rule packs; the table of services and its sources',
      },
      { kind: 'attestation', name: 'aws-attestations' },
    ],
  },
];
