import type { PrivacyQuestion } from '../../contract/operator-questions.ts';
import { groupCommands } from '../command.ts';
import type { StaffAct } from './staff.ts';

const staff = (act: StaffAct) => async () => (await import('./staff.ts')).actCommand(act);
const person = (wish: PrivacyQuestion['ask']) => async () => (await import('./person.ts')).personCommand(wish);

export const account = groupCommands('npm run ops -- account', {
  find: {
    summary: 'its state, lock, second factor, sessions and latest events',
    load: async () => (await import('./staff.ts')).findCommand(),
  },
  unlock: { summary: 'forget the wrong passwords and codes in a row', load: staff('unlock') },
  disable: { summary: 'end every session and let nobody in', load: staff('disable') },
  enable: { summary: 'let in again', load: staff('enable') },
  'end-sessions': { summary: 'sign out everywhere', load: staff('end-sessions') },
  export: { summary: 'everything that is kept of a person, for whoever asked for it in writing', load: person('export') },
  erase: { summary: 'erase an account on its owner’s request, after the days in which that can be stopped', load: person('erase') },
  keep: { summary: 'stop an erasure that has not begun', load: person('keep') },
});
