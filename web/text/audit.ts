/** The strings of the list of what staff and operators did, in both languages. A string missing in one of them is a type error. */
import type { Language } from './dictionary.ts';

const en = {
  title: 'What was done',
  lead: 'By staff here and by operators on the command line. Nobody can change it, and looking at it is written down too.',
  by: 'By',
  byHint: 'An account id, or an operator’s name. Empty: anybody.',
  to: 'To',
  toHint: 'An account id, an incident or a network. Empty: anything.',
  formLabel: 'Search what was done',
  show: 'Show',
  busy: 'One moment…',
  tooLong: 'Give at most 200 characters.',
  none: 'Nobody did anything like it.',
  older: 'Show older',
  shown: (count: number) => (count === 1 ? 'One act is shown.' : `${count} acts are shown.`),
  author: (name: string) => `by ${name}`,
  /** The others have names in the histories of accounts and of blocks. */
  acts: {
    'account.viewed': 'Looked at an account',
    'audit.viewed': 'Looked at this list',
    'incident.opened': 'Opened an incident',
    'incident.updated': 'Wrote about an incident',
    'incident.components_edited': 'Changed what an incident is about',
    'maintenance.scheduled': 'Announced a maintenance',
    'maintenance.updated': 'Changed a maintenance',
    'maintenance.cancelled': 'Called a maintenance off',
    'report.viewed': 'Read a vulnerability report',
    'report.updated': 'Updated a vulnerability report',
  } as Record<string, string>,
};

const it: typeof en = {
  title: 'Che cosa è stato fatto',
  lead: 'Dal personale da qui e dagli operatori da riga di comando. Nessuno può cambiarlo, e anche chi guarda resta scritto.',
  by: 'Da chi',
  byHint: 'L’id di un account, o il nome di un operatore. Vuoto: chiunque.',
  to: 'A chi',
  toHint: 'L’id di un account, un incidente o una rete. Vuoto: qualsiasi.',
  formLabel: 'Cerca che cosa è stato fatto',
  show: 'Mostra',
  busy: 'Un momento…',
  tooLong: 'Al massimo 200 caratteri.',
  none: 'Nessuno ha fatto niente di simile.',
  older: 'Mostra i precedenti',
  shown: (count) => (count === 1 ? 'È mostrato un atto.' : `Sono mostrati ${count} atti.`),
  author: (name) => `da ${name}`,
  acts: {
    'account.viewed': 'Ha guardato un account',
    'audit.viewed': 'Ha guardato questo elenco',
    'incident.opened': 'Ha aperto un incidente',
    'incident.updated': 'Ha scritto su un incidente',
    'incident.components_edited': 'Ha cambiato che cosa riguarda un incidente',
    'maintenance.scheduled': 'Ha annunciato una manutenzione',
    'maintenance.updated': 'Ha cambiato una manutenzione',
    'maintenance.cancelled': 'Ha annullato una manutenzione',
    'report.viewed': 'Ha letto una segnalazione di vulnerabilità',
    'report.updated': 'Ha aggiornato una segnalazione di vulnerabilità',
  },
};

export const auditDictionaries: Record<Language, typeof en> = { en, it };
