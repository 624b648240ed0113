import { ConnectionError, ProblemError } from '../../client/index.ts';
import { type ProblemCode, problems } from '../../contract/problems.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import { findPasswordWeaknesses } from '../../lambda/domain/password-policy.ts';
import type { EventType } from '../../lambda/domain/ports.ts';
import { describeFailure } from '../../web/failure.ts';
import { describeDevice, formatAgo, formatClock, formatDate, formatDuration, formatMoment, isAnnounced } from '../../web/format.ts';
import { initialLanguage } from '../../web/language.tsx';
import { computeStrength, defaultMinimum, describeRefusal, describeStrength, minimumOf } from '../../web/password.ts';
import { adminDictionaries } from '../../web/text/admin.ts';
import { type Language, languages } from '../../web/text/dictionary.ts';
import { hallDictionaries as dictionaries } from '../../web/text/hall.ts';
import { incidentDictionaries } from '../../web/text/incidents.ts';
import { ipBlockDictionaries } from '../../web/text/ip-blocks.ts';
import { reportDictionaries } from '../../web/text/report.ts';
import { reportWords } from '../../web/text/report-words.ts';
import { triageDictionaries } from '../../web/text/triage.ts';

const codes = Object.keys(problems) as ProblemCode[];

/** All strings of a dictionary by their path; functions are called with a number or a word. */
function flatten(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value === 'function') return [[path, String(value(3, 'x'))]];
  return Object.entries(value as object).flatMap(([key, child]) => flatten(child, `${path}.${key}`));
}

describe('a date', () => {
  test.each([
    ['en', ['it-IT', 'en-US', 'en-GB'], 'March 5, 2026'],
    ['en', ['en-AU'], '5 March 2026'],
    ['en', ['it-IT', 'it'], '5 March 2026'],
    ['en', ['en', 'en-US'], 'March 5, 2026'],
    ['en', ['en-US@posix', 'en_US', 'en-', 'C'], '5 March 2026'],
    ['it', ['en-US'], '5 marzo 2026'],
    ['it', [], '5 marzo 2026'],
  ] as const)('on a page in %s, for a visitor who reads %j, is %s', (language, preferred, written) => {
    expect(formatDate('2026-03-05T12:00:00.000Z', language, preferred)).toBe(written);
  });

  test('has the hour with it where the moment counts, by the clock of the region', () => {
    const moments = [['en-GB'], ['en-US']].map((preferred) => formatMoment('2026-03-05T12:00:00.000Z', 'en', preferred));

    expect(moments[0]).toMatch(/^5 Mar 2026, \d\d:00$/);
    expect(moments[1]).toMatch(/^Mar 5, 2026, \d{1,2}:00\s[AP]M$/);
  });
});

describe('the words of the pages', () => {
  test.each(languages)('have a sentence of their own for every problem code, in %s', (language) => {
    const messages = codes.map((code) => describeFailure(new ProblemError({ ...problems[code], code }), dictionaries[language]).message);

    expect(messages.every((message) => message.endsWith('.') && message.length > 10)).toBe(true);
    expect(new Set(messages).size).toBe(codes.length);
  });

  test('are all there in both languages, and translated', () => {
    const [english, italian] = (['en', 'it'] as const).map((language) => [
      ...flatten(dictionaries[language]),
      ...flatten(adminDictionaries[language], '.admin'),
      ...flatten(ipBlockDictionaries[language], '.blocks'),
      ...flatten(incidentDictionaries[language], '.incidents'),
      ...flatten(reportDictionaries[language], '.report'),
      ...flatten(reportWords[language], '.reports'),
      ...flatten(triageDictionaries[language], '.triage'),
    ]) as [[string, string][], [string, string][]];
    const same = english.filter(([path, words]) => new Map(italian).get(path) === words).map(([path]) => path);

    expect(italian.map(([path]) => path)).toEqual(english.map(([path]) => path));
    expect([...english, ...italian].filter(([, words]) => words.trim() === '')).toEqual([]);
    expect(same).toEqual(['.product', '.fields.password', '.account.email', '.required.passkey', '.reports.states.spam']);
  });

  test('name every event of a history, which the domain alone knows', () => {
    const named: Record<EventType, string> = dictionaries.en.events;

    expect(Object.values(named).filter((words) => words === '')).toEqual([]);
  });

  test('know the codes of tomorrow by their status', () => {
    const unheardOf = new ProblemError({ title: 'New', status: 503, code: 'new_code' as ProblemCode });

    expect(describeFailure(unheardOf, dictionaries.en).message).toBe(dictionaries.en.problems.internal);
  });

  test('say whether the browser is offline or the server out of reach', () => {
    const lost = new ConnectionError('lost');

    expect(describeFailure(lost, dictionaries.en, false).message).toBe(dictionaries.en.offline);
    expect(describeFailure(lost, dictionaries.en, true).message).toBe(dictionaries.en.connection);
  });

  test('[P13] count down while an address is locked, and only then', () => {
    const wait = (code: ProblemCode) =>
      describeFailure(new ProblemError({ ...problems[code], code, retryAfter: 60 }), dictionaries.en).waitSeconds;

    expect(codes.filter((code) => wait(code) === 60)).toEqual(['account_locked', 'rate_limited']);
  });

  test.each([
    ['?lang=it', 'en', 'en', 'it'],
    ['', 'it', 'en', 'it'],
    ['', null, 'it', 'it'],
    ['?lang=fr', null, 'de', 'en'],
  ])('are in the language asked for (%s), then remembered (%s), then served (%s): %s', (search, remembered, served, expected) => {
    expect(initialLanguage(search, remembered, served)).toBe(expected);
  });
});

describe('the advice on a password', () => {
  test('[P11] starts from the contract’s default minimum and learns the deployment’s from a refusal', () => {
    const [path, name] = ['password', 'Portiere'];
    const refusal = findPasswordWeaknesses('short', 'a@example.com', { profile: 'strict', productName: name, isCommon: () => false }, path);

    expect(defaultMinimum).toBe(securityPolicy.passwords.profiles[securityPolicy.passwords.defaultProfile]);
    expect(minimumOf(refusal)).toBe(securityPolicy.passwords.profiles.strict);
  });

  test('[P11] translates every reason for which the server refuses', () => {
    const rules = { profile: 'page', productName: 'Acme Cloud', isCommon: (password: string) => password === 'qwertyuiop' } as const;
    const reason = (password: string) =>
      describeRefusal(findPasswordWeaknesses(password, 'giulia@example.com', rules, 'password'), dictionaries.en);

    expect(reason('abc')).toBe(dictionaries.en.passwords.refusedLength(6));
    expect(reason('giulia@example.com')).toBe(dictionaries.en.passwords.refusedAddress);
    expect(reason('acme cloud')).toBe(dictionaries.en.passwords.refusedName);
    expect(reason('qwertyuiop')).toBe(dictionaries.en.passwords.refusedCommon);
    expect(describeRefusal([], dictionaries.en)).toBe(dictionaries.en.problems.weak_password);
    expect(describeRefusal([{ path: 'password', message: 'must have at most 256 characters' }], dictionaries.en)).toBe(
      dictionaries.en.passwords.refusedTooLong(securityPolicy.passwords.maximumCodePoints),
    );
  });

  test.each([
    ['', 'empty'],
    ['abc', 'too_short'],
    ['èéàùò', 'too_short'],
    ['aaaaaaaaaaaaaaaa', 'weak'],
    ['12345678', 'weak'],
    ['cavallo', 'weak'],
    ['tutti i pini', 'fair'],
    ['cavallo pila graffa', 'strong'],
  ] as const)('finds “%s” %s: length counts, repetition does not', (password, strength) => {
    expect(computeStrength(password, 6)).toBe(strength);
  });

  test('counts characters as the server does: after NFC, and an emoji as one', () => {
    expect(describeStrength('e\u0300🔑', 6, dictionaries.en)).toBe(dictionaries.en.passwords.tooShort(4));
  });
});

describe('times and devices', () => {
  test.each([
    [5, '0:05', '5 seconds'],
    [60, '1:00', '1 minute'],
    [754, '12:34', '12 minutes 34 seconds'],
    [3600, '1:00:00', '1 hour'],
  ])('%i seconds are %s for the eye and %s for the ear', (seconds, eye, ear) => {
    expect([formatClock(seconds), formatDuration(seconds, 'en')]).toEqual([eye, ear]);
  });

  test('a countdown of two minutes is announced four times, not every second', () => {
    const announced = Array.from({ length: 120 }, (_, index) => 120 - index).filter(isAnnounced);

    expect(announced).toEqual([120, 60, 30, 10]);
  });

  test.each<[number, Language, string]>([
    [10, 'en', 'this minute'],
    [3 * 60, 'it', '3 minuti fa'],
    [2 * 3600 + 5, 'en', '2 hours ago'],
    [26 * 3600, 'it', 'ieri'],
  ])('%i seconds before now are, in %s, “%s”', (seconds, language, expected) => {
    const now = Date.parse('2026-11-20T12:00:00Z');

    expect(formatAgo(new Date(now - seconds * 1000).toISOString(), now, language)).toBe(expected);
  });

  test.each([
    ['Mozilla/5.0 (Windows NT 10.0) Chrome/150.0 Safari/537.36 Edg/150.0', 'Edge on Windows'],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1', 'Safari on iPhone'],
    ['curl/8.5.0', 'curl'],
    ['<script>alert(1)</script>', 'Unknown device'],
  ])('the client “%s” is called “%s”', (userAgent, expected) => {
    expect(describeDevice(userAgent, dictionaries.en)).toBe(expected);
  });
});
