/** What somebody wrote must not speak to the operator's terminal. */
export function forTerminal(text: string): string {
  return text.replaceAll(/\p{Cc}|\p{Cf}/gu, '\ufffd');
}
