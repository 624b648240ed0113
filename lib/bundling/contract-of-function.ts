import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import { fallbackFunction, type Route, routes } from '../../contract/routes.ts';
import * as schemas from '../../contract/schemas.ts';

/**
 * An esbuild plugin: a function carries its own routes with the schemas of their bodies, and no others. Building all of the
 * contract's schemas takes as long as evaluating the AWS SDK (5 ms on import), and most are for the API description alone.
 *
 * Two steps. The schemas in `contract/` are marked as free of side effects, so that an unused one can go; and what a handler
 * (`ID.handler.ts`) imports as `contract/routes.ts` becomes a table of the rows that API Gateway sends to this function (all of them
 * for the one that takes what no route takes). Asking for a schema that was left out throws. The function that describes the API has
 * everything. Nothing else may import the table, so all functions can be bundled in one go, which parses what they share once.
 */
export function contractOfFunction(): Plugin {
  return {
    name: 'contract-of-function',
    setup(build) {
      build.onLoad(
        {
          filter:
            /\/contract\/(?:schemas|inputs|subscription-schemas|privacy-schemas|incidents|incident-bodies|audit-schemas|csp-report-schemas|ip-block-schemas|report-schemas|settings)\.ts$/,
        },
        async ({ path }) => ({
          contents: (await readFile(path, 'utf8')).replace(
            /^((?:export )?const \w+ = )([^;]*(?:;(?!\n)[^;]*)*);$/gm,
            '$1/* @__PURE__ */ (() => ($2))();',
          ),
          loader: 'ts',
        }),
      );
      build.onResolve({ filter: /\/contract\/routes\.ts$/ }, ({ path, importer, resolveDir }) => {
        const [, functionId] = /([\w-]+)\.handler\.ts$/.exec(importer) ?? [];
        if (functionId === undefined || functionId === routes.openapi.function) return undefined;
        return { path: join(resolveDir, path), suffix: `?function=${functionId}`, sideEffects: false };
      });
      build.onLoad({ filter: /\/contract\/routes\.ts$/ }, ({ suffix }) =>
        suffix === '' ? undefined : { contents: routesModule(suffix.slice('?function='.length)), loader: 'js' },
      );
    },
  };
}

function routesModule(functionId: string): string {
  const rows = Object.entries<Route>(routes)
    .filter(([, route]) => route.function === functionId || functionId === fallbackFunction)
    .map(([id, route]) => `${JSON.stringify(id)}: ${rowSource(route, route.function === functionId)}`);
  return `
    import * as schemas from './schemas.ts';
    export * from './route.ts';
    const leftOut = () => { throw new Error('This schema is not in the bundle of "${functionId}" (lib/bundling/contract-of-function.ts)'); };
    export const routes = {\n${rows.join(',\n')}\n};`;
}

function rowSource(route: Route, own: boolean): string {
  const { body, answers, summary: _, ...rest } = route;
  const plain = JSON.stringify({ ...rest, answers: undefined }).slice(0, -1);
  const bodySource = body && (own ? `, body: schemas.${schemaName(body)}` : ', get body() { return leftOut(); }');
  const schemaSource = answers.schema ? ', get schema() { return leftOut(); }' : '';
  return `${plain}${bodySource ?? ''}, answers: { status: ${answers.status}${schemaSource} } }`;
}

function schemaName(schema: unknown): string {
  const name = Object.entries(schemas).find(([, value]) => value === schema)?.[0];
  if (!name) throw new Error('contract/routes/ refers to a schema that contract/schemas.ts does not export');
  return name;
}
