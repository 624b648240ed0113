import { builtinModules } from 'node:module';
import type { Plugin } from 'esbuild';

/**
 * Every builtin. Some cost milliseconds to load (on Node 24: `https` 22, `crypto` 8, `zlib` 5), and `import` adds to that:
 * it reads all named exports one by one, getters included. So `import 'node:http'` loads undici (40 ms more), `node:fs`
 * its promises and streams, `node:process` its reports, `node:timers` its promises. `process.getBuiltinModule` reads nothing.
 */
const builtins = new RegExp(`^(?:node:)?(?:${builtinModules.filter((name) => !name.startsWith('_')).join('|')})$`);

/**
 * An esbuild plugin: builtins load when something of theirs is first used, not when the bundle starts.
 *
 * The stand-in has no properties of its own but a prototype that asks the builtin: esbuild's interop copies own properties
 * (there are none, so nothing loads) and keeps the prototype, so that `import { createHash }` becomes a look-up at each use.
 */
export function lazyBuiltins(): Plugin {
  return {
    name: 'lazy-builtins',
    setup(build) {
      build.onResolve({ filter: builtins }, ({ path }) => ({ path: path.replace(/^node:/, ''), namespace: 'lazy-builtin' }));
      build.onLoad({ filter: /.*/, namespace: 'lazy-builtin' }, ({ path }) => ({
        contents: `module.exports = ${isUsedWhole(path) ? 'process.getBuiltinModule' : "require('lazy-builtin').load"}(${JSON.stringify(path)});`,
        loader: 'js',
      }));
      build.onResolve({ filter: /^lazy-builtin$/ }, () => ({ path: 'load', namespace: 'lazy-builtin-loader' }));
      build.onLoad({ filter: /.*/, namespace: 'lazy-builtin-loader' }, () => ({
        contents: `
          exports.load = (name) => {
            let builtin;
            const get = () => builtin ??= process.getBuiltinModule(name);
            return Object.create(new Proxy({}, {
              get: (_, property) => (property === '__esModule' ? undefined : get()[property]),
              has: (_, property) => property in get(),
            }));
          };`,
        loader: 'js',
      }));
    },
  };
}

/**
 * Whether a builtin is itself called, derived from or bound as `this` (`events`, `assert`, `process`): a stand-in would not do, and
 * Node has loaded these already. Of `stream` only the named classes are used.
 */
function isUsedWhole(name: string): boolean {
  return name === 'process' || (name !== 'stream' && typeof process.getBuiltinModule(name) === 'function');
}
