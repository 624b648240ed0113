/**
 * A text at a public address, over TLS that is checked.
 *
 * @param longest characters, over which it is not read on
 * @returns undefined when it can't be had: another status than 200, a redirect, no answer in time, too long
 */
export async function readHttpsText(address: string, timeoutSeconds: number, longest = 32 * 1024): Promise<string | undefined> {
  try {
    const response = await fetch(address, { redirect: 'error', signal: AbortSignal.timeout(timeoutSeconds * 1000) });
    if (response.status !== 200) {
      await response.body?.cancel();
      return undefined;
    }
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length > longest) return undefined;
    }
    return text + decoder.decode();
  } catch {
    return undefined;
  }
}
