/** One script for every page: the document says which one it is. */
import { type ComponentType, render } from 'preact';
import { type PageId, SpeechProvider } from './language.tsx';
import { AccountPage } from './pages/account.tsx';
import { NotFoundPage } from './pages/not-found.tsx';
import { RegisterPage } from './pages/register.tsx';
import { ResetPage } from './pages/reset.tsx';
import { SignInPage } from './pages/sign-in.tsx';
import { VerifyPage } from './pages/verify.tsx';

const pages: Record<PageId, ComponentType> = {
  index: SignInPage,
  register: RegisterPage,
  verify: VerifyPage,
  reset: ResetPage,
  account: AccountPage,
  'not-found': NotFoundPage,
};

const asked = document.documentElement.dataset.page;
const page: PageId = asked !== undefined && asked in pages ? (asked as PageId) : 'not-found';
const Page = pages[page];
const root = document.getElementById('root');
if (root !== null) {
  render(
    <SpeechProvider page={page}>
      <Page />
    </SpeechProvider>,
    root,
  );
}
