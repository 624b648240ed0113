import { groupCommands } from '../command.ts';

export const restore = groupCommands('npm run ops -- restore', {
  check: {
    summary: 'holds a table that was restored against the one in use: what DynamoDB does not bring back',
    load: async () => (await import('./check.ts')).checkCommand,
  },
  secure: {
    summary: 'ends in a copy what must not live twice: sessions, links, recovery codes',
    load: async () => (await import('./secure.ts')).secureCommand,
  },
});
