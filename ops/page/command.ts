import { groupCommands } from '../command.ts';

export const page = groupCommands('npm run ops -- page', {
  test: {
    summary: 'sets off a test alarm, which takes the whole way to the phones',
    load: async () => (await import('./test.ts')).testCommand,
  },
  contacts: {
    summary: 'whom alarms reach, and who has not confirmed yet',
    load: async () => (await import('./contacts.ts')).contactsCommand,
  },
});
