import { groupCommands } from '../command.ts';

const change = (kind: 'block' | 'unblock') => async () => (await import('./change.ts')).changeCommand(kind);

export const ip = groupCommands('npm run ops -- ip', {
  block: { summary: 'refuse an address or a network at the edge for a while', load: change('block') },
  unblock: { summary: 'let an address or a network in again, whatever lists say', load: change('unblock') },
  list: {
    summary: 'what is blocked, why and until when; how old the feeds are',
    load: async () => (await import('./list.ts')).listCommand,
  },
});
