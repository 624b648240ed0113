/** `npm run ops -- COMMAND ...`: what operators do by hand. Errors are one sentence on stderr and exit code 2. */
import { groupCommands, OperatorError } from './command.ts';

const commands = groupCommands('npm run ops --', {
  audit: { summary: 'what was done, and the proof of it', load: async () => (await import('./audit/command.ts')).audit },
  ip: { summary: 'who is refused at the edge', load: async () => (await import('./ip/command.ts')).ip },
  origin: {
    summary: 'the secret by which the edge proves itself to the API',
    load: async () => (await import('./origin/command.ts')).origin,
  },
  account: {
    summary: 'what staff do to an account, and a person’s data: a copy of it, or its end',
    load: async () => (await import('./account/command.ts')).account,
  },
  incident: { summary: 'what customers are told', load: async () => (await import('./incident/command.ts')).incident },
  report: { summary: 'vulnerabilities that others have reported', load: async () => (await import('./report/command.ts')).report },
  status: {
    summary: 'what the status page says, and saying it when nothing else answers',
    load: async () => (await import('./status/command.ts')).status,
  },
  page: { summary: 'whom alarms reach, and whether they do', load: async () => (await import('./page/command.ts')).page },
  evidence: {
    summary: 'what people have signed for, and when it ends',
    load: async () => (await import('./evidence/command.ts')).evidence,
  },
  restore: { summary: 'tables that come back from a backup', load: async () => (await import('./restore/command.ts')).restore },
  waf: { summary: 'what the firewall in front would do with a request', load: async () => (await import('./waf/command.ts')).waf },
});

const output = {
  print: (line: string) => process.stdout.write(`${line}\n`),
  note: (line: string) => process.stderr.write(`${line}\n`),
};

try {
  await commands.run(process.argv.slice(2), output);
} catch (error) {
  if (!(error instanceof OperatorError)) throw error;
  output.note(error.message);
  process.exitCode = 2;
}
