import { groupCommands } from '../command.ts';

const ask = (wish: 'export' | 'erase' | 'keep') => async () => (await import('./ask.ts')).askCommand(wish);

export const account = groupCommands('npm run ops -- account', {
  export: { summary: 'everything that is kept of a person, for whoever asked for it in writing', load: ask('export') },
  erase: { summary: 'erase an account on its owner’s request, after the days in which that can be stopped', load: ask('erase') },
  keep: { summary: 'stop an erasure that has not begun', load: ask('keep') },
});
