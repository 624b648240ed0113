import { groupCommands } from '../command.ts';

export const incident = groupCommands('npm run ops -- incident', {
  list: { summary: 'what is open, and what was over lately', load: async () => (await import('./list.ts')).listCommand },
  open: { summary: 'tell customers that something does not work', load: async () => (await import('./write.ts')).openCommand },
  update: { summary: 'tell them how it goes on', load: async () => (await import('./write.ts')).updateCommand },
  resolve: { summary: 'tell them that it is over', load: async () => (await import('./write.ts')).resolveCommand },
  maintenance: {
    summary: 'announce, move, end or call off a maintenance',
    load: async () => (await import('./maintenance.ts')).maintenance,
  },
});
