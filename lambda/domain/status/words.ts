/** What the status page says, in both languages: a text that one of them lacks is a type error. */
import type { ComponentStatus, IncidentStatus, MaintenanceStatus } from '../../../contract/incidents.ts';
import type { Locale } from '../../../contract/schemas.ts';
import type { Indicator } from './component-status.ts';

export interface StatusWords {
  readonly title: string;
  readonly months: readonly string[];
  date(day: number, month: string, year: number): string;
  instant(date: string, time: string): string;
  readonly indicators: Readonly<Record<Indicator, string>>;
  readonly statuses: Readonly<Record<ComponentStatus, string>>;
  readonly updates: Readonly<Record<IncidentStatus | MaintenanceStatus, string>>;
  readonly measuredAt: string;
  readonly openIncidents: string;
  readonly maintenance: string;
  readonly from: string;
  readonly until: string;
  readonly affects: string;
  readonly components: string;
  readonly componentsNote: string;
  bars(component: string, days: number): string;
  uptime(percent: string): string;
  readonly notMeasured: string;
  readonly daysAgo: string;
  readonly today: string;
  readonly legend: { readonly up: string; readonly degraded: string; readonly down: string; readonly none: string };
  readonly dayByDay: string;
  readonly dayTable: {
    readonly day: string;
    readonly available: string;
    readonly down: string;
    readonly degraded: string;
    readonly missing: string;
  };
  readonly otherDays: string;
  readonly noOtherDays: string;
  minutes(count: number): string;
  readonly history: string;
  readonly noHistory: string;
  readonly subscribe: { readonly title: string; readonly link: string; readonly before: string; readonly feed: string };
  readonly feed: string;
  readonly data: string;
  readonly site: string;
  readonly otherLanguage: string;
  readonly skip: string;
  readonly age: { readonly justNow: string; readonly one: string; readonly many: string; readonly stale: string };
}

export const words: Readonly<Record<Locale, StatusWords>> = {
  en: {
    title: 'Status',
    months: 'January February March April May June July August September October November December'.split(' '),
    date: (day, month, year) => `${day} ${month} ${year}`,
    instant: (date, time) => `${date}, ${time} UTC`,
    indicators: {
      none: 'No known problems',
      maintenance: 'Maintenance is under way',
      minor: 'Something is slow or unreliable',
      major: 'Part of the service is down',
      critical: 'A major outage is under way',
    },
    statuses: {
      operational: 'Working',
      degraded_performance: 'Slow or unreliable',
      partial_outage: 'Partly down',
      major_outage: 'Down',
      under_maintenance: 'Under maintenance',
    },
    updates: {
      investigating: 'Investigating',
      identified: 'Cause found',
      monitoring: 'Watching the fix',
      resolved: 'Resolved',
      postmortem: 'What happened',
      scheduled: 'Scheduled',
      in_progress: 'Under way',
      verifying: 'Checking',
      completed: 'Completed',
    },
    measuredAt: 'Figures of',
    openIncidents: 'Happening now',
    maintenance: 'Maintenance',
    from: 'From',
    until: 'to',
    affects: 'Affects',
    components: 'Parts of the service',
    componentsNote: 'Each bar is a day, by the minute, of the last 90. Availability counts the minutes that were measured and not down.',
    bars: (component, days) => `${component}: the last ${days} days`,
    uptime: (percent) => `${percent} available`,
    notMeasured: 'Not measured yet',
    daysAgo: '90 days ago',
    today: 'Today',
    legend: { up: 'Working', degraded: 'Slow or unreliable', down: 'Down', none: 'No data' },
    dayByDay: 'Day by day',
    dayTable: { day: 'Day', available: 'Available', down: 'Down', degraded: 'Slow or unreliable', missing: 'No data' },
    otherDays: 'On all other days every minute was measured and working, or nothing was measured at all.',
    noOtherDays: 'On every day that was measured, every minute was working.',
    minutes: (count) => (count === 1 ? '1 minute' : `${count} minutes`),
    history: 'Earlier incidents and maintenance',
    noHistory: 'Nothing in the last 90 days.',
    subscribe: {
      title: 'Be told',
      link: 'Get a mail when something does not work, and when it works again',
      before: 'The form is on our main site: while that is down, it does not open. ',
      feed: 'The Atom feed works always',
    },
    feed: 'Atom feed',
    data: 'Data (JSON)',
    site: 'To the site',
    otherLanguage: 'Italiano',
    skip: 'Skip to the content',
    age: {
      justNow: 'Figures are less than a minute old',
      one: 'Figures are 1 minute old',
      many: 'Figures are {minutes} minutes old',
      stale: 'Figures are {minutes} minutes old: we may be unable to write here at the moment',
    },
  },
  it: {
    title: 'Stato',
    months: 'gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre'.split(' '),
    date: (day, month, year) => `${day === 1 ? '1º' : day} ${month} ${year}`,
    instant: (date, time) => `${date}, ore ${time} UTC`,
    indicators: {
      none: 'Nessun problema noto',
      maintenance: 'Manutenzione in corso',
      minor: 'Qualcosa è lento o instabile',
      major: 'Una parte del servizio è ferma',
      critical: 'È in corso un guasto grave',
    },
    statuses: {
      operational: 'Funziona',
      degraded_performance: 'Lento o instabile',
      partial_outage: 'In parte fuori servizio',
      major_outage: 'Fuori servizio',
      under_maintenance: 'In manutenzione',
    },
    updates: {
      investigating: 'In esame',
      identified: 'Causa trovata',
      monitoring: 'Verifica della soluzione',
      resolved: 'Risolto',
      postmortem: 'Che cosa è successo',
      scheduled: 'In programma',
      in_progress: 'In corso',
      verifying: 'In verifica',
      completed: 'Conclusa',
    },
    measuredAt: 'Dati del',
    openIncidents: 'In corso ora',
    maintenance: 'Manutenzione',
    from: 'Dal',
    until: 'al',
    affects: 'Riguarda',
    components: 'Parti del servizio',
    componentsNote:
      'Ogni barra è un giorno, misurato al minuto, degli ultimi 90. La disponibilità conta i minuti misurati e non fuori servizio.',
    bars: (component, days) => `${component}: gli ultimi ${days} giorni`,
    uptime: (percent) => `disponibile al ${percent}`,
    notMeasured: 'Non ancora misurato',
    daysAgo: '90 giorni fa',
    today: 'Oggi',
    legend: { up: 'Funziona', degraded: 'Lento o instabile', down: 'Fuori servizio', none: 'Nessun dato' },
    dayByDay: 'Giorno per giorno',
    dayTable: { day: 'Giorno', available: 'Disponibile', down: 'Fuori servizio', degraded: 'Lento o instabile', missing: 'Nessun dato' },
    otherDays: 'In tutti gli altri giorni ogni minuto è stato misurato e funzionava, oppure non è stato misurato nulla.',
    noOtherDays: 'In ogni giorno misurato ogni minuto funzionava.',
    minutes: (count) => (count === 1 ? '1 minuto' : `${count} minuti`),
    history: 'Problemi e manutenzioni precedenti',
    noHistory: 'Nulla negli ultimi 90 giorni.',
    subscribe: {
      title: 'Ricevere avvisi',
      link: 'Ricevi un’e-mail quando qualcosa non funziona e quando torna a funzionare',
      before: 'Il modulo è sul nostro sito principale: se questo è fermo, non si apre. ',
      feed: 'Il feed Atom funziona sempre',
    },
    feed: 'Feed Atom',
    data: 'Dati (JSON)',
    site: 'Vai al sito',
    otherLanguage: 'English',
    skip: 'Vai al contenuto',
    age: {
      justNow: 'Dati di meno di un minuto fa',
      one: 'Dati di 1 minuto fa',
      many: 'Dati di {minutes} minuti fa',
      stale: 'Dati di {minutes} minuti fa: forse al momento non riusciamo a scrivere qui',
    },
  },
};
