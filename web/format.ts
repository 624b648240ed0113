/** Times and devices as a person reads them. Pure. */
import type { Language } from './text/dictionary.ts';
import type { HallDictionary } from './text/hall.ts';

/** `1:05` or `1:00:05`, for the eye. */
export function formatClock(seconds: number): string {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}

/** `1 minute 5 seconds`, for the ear. */
export function formatDuration(seconds: number, language: Language): string {
  const units = [
    ['hour', Math.floor(seconds / 3600)],
    ['minute', Math.floor(seconds / 60) % 60],
    ['second', seconds % 60],
  ] as const;
  const spoken = units
    .filter(([, count]) => count > 0)
    .map(([unit, count]) => new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(count));
  return spoken.join(' ');
}

/** Whether this second of a countdown is worth interrupting a listener: each full minute, 30 and 10 seconds. */
export function isAnnounced(secondsLeft: number): boolean {
  return secondsLeft > 0 && (secondsLeft % 60 === 0 || secondsLeft === 30 || secondsLeft === 10);
}

/**
 * The language of the page as its visitor writes it: British English reads "28 November", American "November 28".
 *
 * @param preferred languages of the visitor, first the dearest. Only tags of a language and a region count: browsers have been seen to
 *   give others that `Intl` throws at (`en-US@posix`), which would take the page down with them
 */
function regional(language: Language, preferred: readonly string[]): string {
  const isRegional = new RegExp(`^${language}-[A-Z]{2}$`);
  return preferred.find((tag) => isRegional.test(tag)) ?? (language === 'en' ? 'en-GB' : language);
}

export function formatDate(instant: string, language: Language, preferred = navigator.languages): string {
  return new Intl.DateTimeFormat(regional(language, preferred), { dateStyle: 'long' }).format(new Date(instant));
}

export function formatMoment(instant: string, language: Language, preferred = navigator.languages): string {
  return new Intl.DateTimeFormat(regional(language, preferred), { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(instant));
}

/** `2 hours ago`. */
export function formatAgo(instant: string, now: number, language: Language): string {
  const seconds = Math.min(0, Math.round((Date.parse(instant) - now) / 1000));
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  if (seconds > -60) return format.format(0, 'minute');
  if (seconds > -3600) return format.format(Math.ceil(seconds / 60), 'minute');
  if (seconds > -86_400) return format.format(Math.ceil(seconds / 3600), 'hour');
  return format.format(Math.ceil(seconds / 86_400), 'day');
}

// Order matters: most browsers also call themselves by the name of an older one.
const browsers: readonly (readonly [RegExp, string])[] = [
  [/Edg(e|A|iOS)?\//, 'Edge'],
  [/OPR\/|Opera/, 'Opera'],
  [/SamsungBrowser\//, 'Samsung Internet'],
  [/(Firefox|FxiOS)\//, 'Firefox'],
  [/(HeadlessChrome|Chrome|CriOS)\//, 'Chrome'],
  [/Safari\//, 'Safari'],
  [/curl\//, 'curl'],
];
const systems: readonly (readonly [RegExp, string])[] = [
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X|Macintosh/, 'macOS'],
  [/CrOS/, 'ChromeOS'],
  [/Linux/, 'Linux'],
];

/** `Firefox on Linux`: enough to recognise one's own device; never decided by. */
export function describeDevice(userAgent: string, text: HallDictionary): string {
  const browser = browsers.find(([pattern]) => pattern.test(userAgent))?.[1];
  const system = systems.find(([pattern]) => pattern.test(userAgent))?.[1];
  if (browser !== undefined && system !== undefined) return text.account.deviceOn(browser, system);
  return browser ?? system ?? text.account.unknownDevice;
}
