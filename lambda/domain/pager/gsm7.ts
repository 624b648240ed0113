/**
 * The alphabet of text messages (3GPP TS 23.038). One character outside it turns a whole message into UCS-2, with 70 characters
 * a part instead of 160: dearer, and torn apart on the way.
 */
const basic = new Set(
  `@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà`,
);
/** Two places each; the rest of the extension table has no use here. */
const extended = new Set('[]{}~|^\\€');
const stand: Readonly<Record<string, string>> = { '`': "'", '’': "'", '“': '"', '”': '"', '–': '-', '—': '-', '…': '...' };

/** The text in that alphabet: what has no place in it becomes a question mark, control characters a space. */
export function toGsm7(text: string): string {
  let result = '';
  for (const character of text) {
    const one = stand[character] ?? character;
    if (/^[\p{Cc}\p{Cf}]$/u.test(one) && one !== '\n') result += ' ';
    else result += one.length > 1 || basic.has(one) || extended.has(one) ? one : '?';
  }
  return result;
}

/** Places that the text takes. */
export function gsm7Length(text: string): number {
  return [...text].reduce((places, character) => places + (extended.has(character) ? 2 : 1), 0);
}

/** At most so many places, cut between words where that loses little. */
export function cutToPlaces(text: string, places: number): string {
  if (gsm7Length(text) <= places) return text;
  let kept = '';
  let used = 0;
  for (const character of text) {
    used += extended.has(character) ? 2 : 1;
    if (used > places - 3) break;
    kept += character;
  }
  const space = kept.lastIndexOf(' ');
  return `${(space > 0 && space > kept.length - 20 ? kept.slice(0, space) : kept).trimEnd()}...`;
}
