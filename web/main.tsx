/**
 * The script of every page: the document says which one it is. The pages before the door are in it; those behind it come
 * on their own, and their documents have the browser fetch them at the same time.
 */
import { type ComponentType, render } from 'preact';
import { type PageId, SpeechProvider } from './language.tsx';
import { ConfirmEmailPage } from './pages/confirm-email.tsx';
import { DisavowPage } from './pages/disavow.tsx';
import { KeepPage } from './pages/keep.tsx';
import { LostPage } from './pages/lost.tsx';
import { NotFoundPage } from './pages/not-found.tsx';
import { RegisterPage } from './pages/register.tsx';
import { ResetPage } from './pages/reset.tsx';
import { SignInPage } from './pages/sign-in.tsx';
import { UndoPage } from './pages/undo.tsx';
import { VerifyPage } from './pages/verify.tsx';

const pages: Record<PageId, () => ComponentType | Promise<ComponentType>> = {
  index: () => SignInPage,
  register: () => RegisterPage,
  verify: () => VerifyPage,
  reset: () => ResetPage,
  disavow: () => DisavowPage,
  undo: () => UndoPage,
  keep: () => KeepPage,
  'confirm-email': () => ConfirmEmailPage,
  account: async () => (await import('./pages/account.tsx')).AccountPage,
  admin: async () => (await import('./pages/admin.tsx')).AdminPage,
  report: async () => (await import('./pages/report.tsx')).ReportPage,
  'not-found': () => NotFoundPage,
};

const asked = document.documentElement.dataset.page;
const page: PageId = asked !== undefined && asked in pages ? (asked as PageId) : 'not-found';
const root = document.getElementById('root');

function show(Page: ComponentType): void {
  if (root === null) return;
  render(
    <SpeechProvider page={page}>
      <Page />
    </SpeechProvider>,
    root,
  );
}

const found = pages[page]();
if (found instanceof Promise) found.then(show, () => show(LostPage));
else show(found);
