/**
 * Writes `client/endpoints.generated.ts`: method and path of every route, so that apps can carry the client
 * without the contract's schemas. `node client/generate.ts` writes it; a test refuses a stale one.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Route, routes } from '../contract/routes.ts';

export const generatedFile = join(import.meta.dirname, 'endpoints.generated.ts');

/** The text of the generated file, from the contract as it stands. */
export function generateEndpoints(): string {
  const rows = Object.entries<Route>(routes)
    .filter(([, { contentTypes, page }]) => contentTypes === undefined && page === undefined)
    .map(([id, { method, path }]) => `  '${id}': { method: '${method}', path: '${path}' },`);
  return [
    '// Generated from contract/routes.ts by `node client/generate.ts`. Do not edit.',
    "import type { routes } from '../contract/routes.ts';",
    "import type { ClientRouteId } from './types.ts';",
    '',
    'type Routes = typeof routes;',
    '',
    'export const endpoints = {',
    ...rows,
    "} as const satisfies { [Id in ClientRouteId]: Pick<Routes[Id], 'method' | 'path'> };",
    '',
  ].join('\n');
}

if (process.argv[1] !== undefined && import.meta.filename === process.argv[1]) {
  writeFileSync(generatedFile, generateEndpoints());
}
