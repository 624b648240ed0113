/**
 * Takes the token out of the page's fragment and out of the address bar, so that neither the history, nor a
 * screenshot, nor a synchronised tab keeps it.
 *
 * @returns the token, or undefined where there is none.
 */
export function takeToken(): string | undefined {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token === null || token === '') return undefined;
  history.replaceState(null, '', location.pathname + location.search);
  return token;
}
