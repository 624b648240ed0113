import { groupCommands } from '../command.ts';

export const report = groupCommands('npm run ops -- report', {
  list: { summary: 'what is open, first what is due first', load: async () => (await import('./read.ts')).listCommand },
  show: { summary: 'one report, and everything said about it', load: async () => (await import('./read.ts')).showCommand },
  state: { summary: 'move it, judge it, give it to somebody', load: async () => (await import('./write.ts')).stateCommand },
  answer: { summary: 'write to its reporter', load: async () => (await import('./write.ts')).answerCommand },
  note: { summary: 'write to other staff about it', load: async () => (await import('./write.ts')).noteCommand },
});
