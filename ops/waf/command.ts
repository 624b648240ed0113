import { groupCommands } from '../command.ts';

export const waf = groupCommands('npm run ops -- waf', {
  explain: {
    summary: 'decide one request by the synthesized rules, and say why',
    load: async () => (await import('./explain.ts')).explainCommand,
  },
  report: {
    summary: 'which requests were refused, or would have been where rules only count',
    load: async () => (await import('./report/command.ts')).reportCommand,
  },
});
