import { groupCommands } from '../command.ts';

export const audit = groupCommands('npm run ops -- audit', {
  list: { summary: 'what staff and operators did', load: async () => (await import('./list.ts')).listCommand },
  tail: { summary: 'how far the trail is sealed and signed', load: async () => (await import('./tail.ts')).tailCommand },
  export: { summary: 'the trail with its events, to a file', load: async () => (await import('./export.ts')).exportCommand },
  verify: { summary: 'prove an exported file, offline', load: async () => (await import('./verify.ts')).verifyCommand },
  key: { summary: 'the public key of checkpoints', load: async () => (await import('./key.ts')).keyCommand },
  checkpoint: {
    summary: 'the last signed checkpoint, to keep elsewhere',
    load: async () => (await import('./checkpoint.ts')).checkpointCommand,
  },
});
