/** Problems of routes that answer people with pages: a form that failed must say so in words, and not in JSON. */
import { problemContentType } from '../../contract/problems.ts';
import { type Locale, locale, type ProblemDocument } from '../../contract/schemas.ts';
import { pageWords } from '../domain/subscriptions/page-words.ts';
import { renderProblemPage } from '../domain/subscriptions/pages.ts';
import type { HttpAnswer, HttpEvent } from './call.ts';

/** What came of a page's form, and not of a program. */
export function isForm({ headers }: HttpEvent): boolean {
  return /^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(headers['content-type'] ?? '');
}

/** By `?lang=`, else by what the browser would rather have of the languages that there are. */
export function chooseLanguage({ queryStringParameters, headers }: HttpEvent): Locale {
  const asked = locale.safeParse(queryStringParameters?.lang);
  if (asked.success) return asked.data;
  const wanted = (headers['accept-language'] ?? '')
    .slice(0, 200)
    .split(',')
    .map((range) => {
      const [name = '', weight = 'q=1'] = range.split(';').map((part) => part.trim().toLowerCase());
      return { language: name.split('-')[0], weight: Number(weight.replace('q=', '')) || 0 };
    })
    .sort((one, other) => other.weight - one.weight);
  for (const { language, weight } of wanted) {
    const known = locale.safeParse(language);
    if (known.success && weight > 0) return known.data;
  }
  return 'en';
}

/** Whoever sent JSON gets the problem document, as everywhere. */
export function problemsAsPages(event: HttpEvent, given: HttpAnswer, productName: () => string): HttpAnswer {
  const isPerson = event.requestContext.http.method === 'GET' || isForm(event);
  if (!isPerson || given.headers?.['Content-Type'] !== problemContentType || given.body === undefined) return given;
  const problem = JSON.parse(given.body) as ProblemDocument;
  // Refused before the guards knew where it came from: no page of ours sent this.
  if (problem.code === 'forbidden') return given;
  const language = chooseLanguage(event);
  return {
    ...given,
    headers: { ...given.headers, 'Content-Type': 'text/html; charset=utf-8', 'Content-Language': language },
    body: renderProblemPage({ locale: language, productName: productName() }, sentenceOf(problem, language)),
  };
}

function sentenceOf({ code, errors, retryAfter }: ProblemDocument, language: Locale): string {
  const { problems } = pageWords[language];
  if (code === 'invalid_token') return problems.token;
  if (code === 'not_found') return problems.gone;
  if (code === 'rate_limited') return problems.tooMany(Math.ceil((retryAfter ?? 60) / 60));
  if (code === 'unavailable' || code === 'internal') return problems.unavailable;
  if (errors?.some(({ path }) => path === 'email')) return problems.email;
  if (errors?.some(({ path }) => path.startsWith('components'))) return problems.parts;
  return problems.request;
}
