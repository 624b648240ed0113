/** The two languages of the page for staff, loaded with it. A string missing in one of them is a type error. */
import { adminEn } from './admin-en.ts';
import { adminIt } from './admin-it.ts';
import type { Language } from './dictionary.ts';

export type AdminDictionary = typeof adminEn;

export const adminDictionaries: Record<Language, AdminDictionary> = { en: adminEn, it: adminIt };
