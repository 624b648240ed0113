/** What is promised about availability. */
import type { SecurityPromise } from '../promise.ts';

export const availabilityPromises: readonly SecurityPromise[] = [
  {
    id: 'P01',
    section: 'availability',
    it: 'Facciamo di tutto per mantenere un uptime del 99,9 %.',
    en: 'We do everything to keep an uptime of 99.9 %.',
    how: {
      it: 'Misuriamo ogni minuto le richieste vere e quelle di un cliente di prova che accede come te. Quando gli errori consumano troppo in fretta il margine previsto, chi è reperibile viene chiamato.',
      en: 'Every minute we measure real requests, and those of a test customer who signs in as you do. When errors use up the margin too fast, whoever is on call is rung.',
    },
    keptMeans:
      'An objective defined once, measured every minute from real requests and a canary, its error budget visible, with burn-rate alarms over several windows.',
    evidence: [{ kind: 'test', name: 'what counts as good, the budget to the minute, burn-rate alarms, and the canary' }],
  },
  {
    id: 'P02',
    section: 'availability',
    it: 'A tale scopo ci avvaliamo di diversi servizi.',
    en: 'Several services serve that end.',
    how: {
      it: 'Usiamo solo servizi gestiti di AWS distribuiti su più zone. I dati si possono riportare a un istante qualsiasi del passato recente e non si possono cancellare per sbaglio; una nuova versione che non funziona torna indietro da sola.',
      en: 'We use managed AWS services only, spread over several zones. Data can be brought back to any recent moment and can not be deleted by mistake; a new version that does not work goes back by itself.',
    },
    keptMeans:
      'Managed parts in several zones only; point-in-time recovery, deletion protection, retained data; gradual deployments that roll back by themselves on an alarm.',
    evidence: [
      {
        kind: 'test',
        name: 'the protection of tables, keys and secrets, and the roll-outs that go back on an alarm, on the synthesized stacks; tables that were restored, and what must not come back with them',
      },
    ],
  },
  {
    id: 'P03',
    section: 'availability',
    it: 'In caso di interruzioni o di emergenze il nostro team riceve notifiche in tempo reale e può agire rapidamente.',
    en: 'In outages and emergencies our team is notified in real time, and can act quickly.',
    how: {
      it: 'Un allarme arriva al telefono per due vie indipendenti, e anche le vie stesse sono sotto controllo.',
      en: 'An alarm reaches a phone by two independent ways, and those ways themselves are watched.',
    },
    keptMeans:
      "Alarms reach on-call phones over two independent channels; alarm actions are tested end to end; a dead-man's switch watches the alarm path itself.",
    evidence: [
      {
        kind: 'test',
        name: 'the alarms, whom they reach and by which ways, walked from alarm to phone in the local system; how a game day is judged',
      },
    ],
  },
  {
    id: 'P04',
    section: 'availability',
    it: 'Se qualcosa non funziona, la nostra status page ti tiene costantemente aggiornato.',
    en: 'When something does not work, our status page keeps you posted.',
    how: {
      it: 'La status page sta in un’altra regione, lontano dal resto: resta in piedi anche quando tutto il resto non funziona. Mostra incidenti, manutenzioni e novanta giorni di storia; chi vuole riceve gli aggiornamenti via mail, e smette con un clic.',
      en: 'The status page stands in another region, away from the rest: it stays up when everything else is down. It shows incidents, maintenance and ninety days of history; whoever wants gets the news by mail, and stops it with one click.',
    },
    keptMeans:
      'A public page, JSON and a feed with components, incidents, updates, maintenance and 90-day bars, which stay up when everything else is down.',
    evidence: [
      {
        kind: 'test',
        name: 'incidents and maintenance by alarms, people and the clock; the status page, its data for clients, its feed, its measured minutes; mails to whoever confirmed that they want them',
      },
    ],
  },
  {
    id: 'P05',
    section: 'availability',
    it: "Ti avvisiamo dei problemi anche con notifiche dentro l'applicazione.",
    en: 'We also tell you about problems by notices inside the application.',
    how: {
      it: 'Le nostre pagine, e le applicazioni che lo desiderano, mostrano un avviso finché un problema o una manutenzione dura.',
      en: 'Our pages, and the applications that want it, show a notice for as long as a problem or maintenance lasts.',
    },
    keptMeans: 'A notices API and a banner that client applications embed, and that fails silently.',
    evidence: [{ kind: 'test', name: 'notices: what is in them, and when they end; the banner in a browser, with sources that fail' }],
  },
];
