/** The two languages. A string missing in one of them is a type error. */
import type { Locale } from '../../contract/schemas.ts';
import { en } from './en.ts';
import { it } from './it.ts';

export type Dictionary = typeof en;
export type Language = Locale;

export const dictionaries: Record<Language, Dictionary> = { en, it };
export const languages = Object.keys(dictionaries) as Language[];

export function isLanguage(text: string | null | undefined): text is Language {
  return text === 'en' || text === 'it';
}
