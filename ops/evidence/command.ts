import { groupCommands } from '../command.ts';

export const evidence = groupCommands('npm run ops -- evidence', {
  list: {
    summary: 'what people have signed for: by whom, when, until when, and whether it counts',
    load: async () => (await import('./register.ts')).listCommand,
  },
  check: {
    summary: 'fails where something that must be signed is missing or has ended, and says what to do',
    load: async () => (await import('./register.ts')).checkCommand,
  },
});
