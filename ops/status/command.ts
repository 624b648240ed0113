import { groupCommands } from '../command.ts';

export const status = groupCommands('npm run ops -- status', {
  show: { summary: 'what the page says, as it was published last', load: async () => (await import('./show.ts')).showCommand },
  publish: {
    summary: 'publishes the page with nothing but credentials, with what you say on the command line',
    load: async () => (await import('./publish.ts')).publishCommand,
  },
});
