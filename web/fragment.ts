import { useEffect, useState } from 'preact/hooks';

/**
 * Takes the token out of the page's fragment and out of the address bar, so that neither the history, nor a
 * screenshot, nor a synchronised tab keeps it.
 *
 * @returns the token, or undefined where there is none.
 */
function takeToken(): string | undefined {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token === null || token === '') return undefined;
  history.replaceState(null, '', location.pathname + location.search);
  return token;
}

/** The token of the mail's link, also of one that is opened where this page is open already: then nothing is loaded anew. */
export function useLinkToken(): { readonly token: string | undefined; readonly forget: () => void } {
  const [token, setToken] = useState(takeToken);
  useEffect(() => {
    const take = () => setToken((before) => takeToken() ?? before);
    addEventListener('hashchange', take);
    return () => removeEventListener('hashchange', take);
  }, []);
  return { token, forget: () => setToken(undefined) };
}
