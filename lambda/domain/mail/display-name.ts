/** A chunk of an encoded-word: 75 characters less `=?UTF-8?B?` and `?=`, in base64, in whole groups of four. */
const encodedWordBytes = 45;

/**
 * The name before an address in a header. Plain ASCII becomes a quoted string (RFC 5322 section 3.2.4), anything else
 * encoded-words (RFC 2047 section 2), split between characters. Control characters, which could end the header, are gone.
 */
export function encodeDisplayName(name: string): string {
  const text = name.replace(/\p{Cc}+/gu, ' ').trim();
  if (/^[ -~]*$/.test(text)) return `"${text.replace(/["\\]/g, '\\$&')}"`;
  const chunks: string[] = [''];
  for (const character of text) {
    const extended = (chunks.at(-1) ?? '') + character;
    if (Buffer.byteLength(extended) <= encodedWordBytes) chunks[chunks.length - 1] = extended;
    else chunks.push(character);
  }
  return chunks.map((chunk) => `=?UTF-8?B?${Buffer.from(chunk).toString('base64')}?=`).join(' ');
}
