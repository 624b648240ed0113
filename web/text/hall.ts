/** The two languages of the pages behind the door, loaded with those. A string missing in one of them is a type error. */
import { useSpeech } from '../language.tsx';
import { type Dictionary, dictionaries, type Language } from './dictionary.ts';
import { hallEn } from './hall-en.ts';
import { hallIt } from './hall-it.ts';

export type HallDictionary = typeof hallEn;

export const hallDictionaries: Record<Language, Dictionary & HallDictionary> = {
  en: { ...dictionaries.en, ...hallEn },
  it: { ...dictionaries.it, ...hallIt },
};

/** What is said behind the door, in the page's language. */
export function useHallSpeech() {
  const { language } = useSpeech();
  return { language, text: hallDictionaries[language] };
}
