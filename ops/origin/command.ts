import { groupCommands } from '../command.ts';

const ask = (wish: 'rotate' | 'report') => async () => (await import('./ask.ts')).askCommand(wish);

export const origin = groupCommands('npm run ops -- origin', {
  rotate: { summary: 'make the next value by which the edge proves itself to the API, at once', load: ask('rotate') },
  status: { summary: 'how old that value is, and where its change stands', load: ask('report') },
});
