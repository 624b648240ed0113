/**
 * What incidents say when nobody has written anything: short, in both languages, and nothing that an alarm could not know.
 * Alarm names, functions and causes stay inside.
 */
import { type ComponentId, components } from '../../../contract/components.ts';
import type { BilingualText, ComponentStatus } from '../../../contract/incidents.ts';
import { securityPolicy } from '../../../contract/security-policy.ts';

type Suffering = 'degraded_performance' | 'partial_outage' | 'major_outage';

const symptoms: Readonly<Record<Suffering, { readonly name: BilingualText; readonly sentence: BilingualText }>> = {
  degraded_performance: {
    name: { en: 'slow or unreliable', it: 'rallentamenti o errori' },
    sentence: { en: 'Some requests are slow or have to be repeated.', it: 'Alcune richieste sono lente o vanno ripetute.' },
  },
  partial_outage: {
    name: { en: 'errors', it: 'errori' },
    sentence: { en: 'Some requests fail.', it: 'Alcune richieste non vanno a buon fine.' },
  },
  major_outage: {
    name: { en: 'not available', it: 'servizio non disponibile' },
    sentence: { en: 'Most requests fail.', it: 'La maggior parte delle richieste non va a buon fine.' },
  },
};

function symptomOf(status: ComponentStatus) {
  return symptoms[status as Suffering] ?? symptoms.partial_outage;
}

export function nameOfIncident(affected: readonly ComponentId[], status: ComponentStatus): BilingualText {
  const names = affected.map((component) => components[component].name);
  const symptom = symptomOf(status).name;
  return {
    en: `${names.map(({ en }) => en).join(', ')}: ${symptom.en}`,
    it: `${names.map(({ it }) => it).join(', ')}: ${symptom.it}`,
  };
}

function withSymptom(status: ComponentStatus, en: (symptom: string) => string, it: (symptom: string) => string): BilingualText {
  const { sentence } = symptomOf(status);
  return { en: en(sentence.en), it: it(sentence.it) };
}

export function foundText(status: ComponentStatus): BilingualText {
  return withSymptom(
    status,
    (symptom) => `Our monitoring has found a problem. ${symptom} Our team has been alerted and is looking into it.`,
    (symptom) => `Il nostro monitoraggio ha rilevato un problema. ${symptom} Il nostro team è stato avvisato e sta verificando.`,
  );
}

export function alsoText(component: ComponentId, status: ComponentStatus): BilingualText {
  const { name } = components[component];
  return withSymptom(
    status,
    (symptom) => `${name.en} is affected, too. ${symptom} Our team is working on it.`,
    (symptom) => `Il problema riguarda anche: ${name.it}. ${symptom} Il nostro team ci sta lavorando.`,
  );
}

/** One part is well again, and others are not. */
export function aloneText(component: ComponentId): BilingualText {
  const { name } = components[component];
  return {
    en: `${name.en} is back to normal. Our team is working on the rest.`,
    it: `${name.it}: tutto è tornato normale. Il nostro team sta lavorando sul resto.`,
  };
}

export function worsenedText(status: ComponentStatus): BilingualText {
  return withSymptom(
    status,
    (symptom) => `The problem has grown. ${symptom} Our team is working on it.`,
    (symptom) => `Il problema si è aggravato. ${symptom} Il nostro team ci sta lavorando.`,
  );
}

export function cameBackText(status: ComponentStatus): BilingualText {
  return withSymptom(
    status,
    (symptom) => `The problem has come back. ${symptom} Our team has been alerted again.`,
    (symptom) => `Il problema si è ripresentato. ${symptom} Il nostro team è stato avvisato di nuovo.`,
  );
}

const quietMinutes = securityPolicy.incidents.quietSeconds / 60;

export const quietText: BilingualText = {
  en: `Everything that we measure is back to normal. If it stays so for ${quietMinutes} minutes, this incident is closed.`,
  it: `Tutti i valori misurati sono tornati normali. Se restano tali per ${quietMinutes} minuti, questo incidente verrà chiuso.`,
};

export const resolvedText: BilingualText = {
  en: `The problem has not come back for ${quietMinutes} minutes: this incident is closed.`,
  it: `Il problema non si è ripresentato per ${quietMinutes} minuti: questo incidente è chiuso.`,
};

const openDays = securityPolicy.incidents.longestOpenSeconds / 86_400;

export const expiredText: BilingualText = {
  en: `This incident has been open for ${openDays} days and is closed by the clock.`,
  it: `Questo incidente è aperto da ${openDays} giorni e viene chiuso automaticamente.`,
};

export const maintenanceTexts = {
  begun: { en: 'The maintenance has begun.', it: 'La manutenzione è iniziata.' },
  over: { en: 'The maintenance is over.', it: 'La manutenzione è terminata.' },
  cancelled: { en: 'The maintenance has been called off.', it: 'La manutenzione è stata annullata.' },
} as const satisfies Record<string, BilingualText>;
