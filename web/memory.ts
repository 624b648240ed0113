/**
 * What the pages keep in the browser: preferences and passing notes, never a secret. Storage may be forbidden or
 * full; then nothing is remembered, and nothing else changes.
 */
export type Destination = '/account' | '/admin';
export type Notice = 'signed_out' | 'erasing' | 'session_ended' | 'password_set';

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

const languageKey = 'portiere.language';
const noticeKey = 'portiere.notice';
const emailKey = 'portiere.email';
const destinationKey = 'portiere.destination';

export const memory = {
  readLanguage: () => attempt(() => localStorage.getItem(languageKey)),
  keepLanguage: (language: string) => attempt(() => localStorage.setItem(languageKey, language)),

  /** Said once, on the next page. */
  leaveNotice: (notice: Notice) => attempt(() => sessionStorage.setItem(noticeKey, notice)),
  takeNotice: (): Notice | undefined =>
    attempt(() => {
      const notice = sessionStorage.getItem(noticeKey);
      sessionStorage.removeItem(noticeKey);
      return (notice as Notice | null) ?? undefined;
    }),

  /** Where to go once signed in: a page of ours, never an address from outside. */
  leaveDestination: (page: Destination) => attempt(() => sessionStorage.setItem(destinationKey, page)),
  takeDestination: (): Destination => {
    const page = attempt(() => sessionStorage.getItem(destinationKey));
    attempt(() => sessionStorage.removeItem(destinationKey));
    return page === '/admin' ? page : '/account';
  },

  /** The address typed on one page is offered on the next, in this tab only, until somebody signs in or out. */
  readEmail: () => attempt(() => sessionStorage.getItem(emailKey)) ?? '',
  keepEmail: (email: string) => attempt(() => sessionStorage.setItem(emailKey, email)),
  forgetEmail: () => attempt(() => sessionStorage.removeItem(emailKey)),
};
