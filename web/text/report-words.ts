/** What states and severities of reports are called, for reporters and staff alike. */
import type { ReportState, Severity } from '../../contract/report-states.ts';
import type { Language } from './dictionary.ts';

interface ReportWords {
  readonly states: Readonly<Record<ReportState, string>>;
  readonly severities: Readonly<Record<Severity, string>>;
}

export const reportWords: Readonly<Record<Language, ReportWords>> = {
  en: {
    states: {
      new: 'New',
      needs_more_information: 'Needs more information',
      triaged: 'Being judged',
      accepted: 'Accepted',
      resolved: 'Resolved',
      disclosed: 'Published',
      duplicate: 'Duplicate',
      informative: 'Informative',
      not_applicable: 'Not applicable',
      out_of_scope: 'Out of scope',
      accepted_risk: 'Known risk',
      spam: 'Spam',
    },
    severities: { none: 'None', low: 'Low', medium: 'Medium', high: 'High', critical: 'Critical' },
  },
  it: {
    states: {
      new: 'Nuova',
      needs_more_information: 'Servono altre informazioni',
      triaged: 'In valutazione',
      accepted: 'Accettata',
      resolved: 'Risolta',
      disclosed: 'Pubblicata',
      duplicate: 'Già segnalata',
      informative: 'Informativa',
      not_applicable: 'Non applicabile',
      out_of_scope: 'Fuori ambito',
      accepted_risk: 'Rischio noto',
      spam: 'Spam',
    },
    severities: { none: 'Nessuna', low: 'Bassa', medium: 'Media', high: 'Alta', critical: 'Critica' },
  },
};
