import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/**
 * Parts of the AWS SDK that a Lambda function never runs. Lambda hands credentials and region over in the environment, so the
 * sources for laptops, containers and EC2 are dead weight, and with them the clients for SSO and STS that they bring.
 */
const unusedPackages =
  /^(?:@aws-sdk\/(?:credential-provider-(?:sso|ini|process|web-identity|login|http|cognito-identity)|token-providers|nested-clients)|@smithy\/credential-provider-imds)(?:\/|$)/;

/** Only our own clients may use them, and none of their operations does: streams of events, and user agents of browsers. */
const unusedFeatures = /^(?:@smithy\/core\/(?:event-streams|cbor)|bowser)$/;

/** What a client asks of a left-out module when it is made, without using it: Lambda's, whose streamed answers nobody here asks for. */
const keptExports: Readonly<Record<string, string>> = {
  '@smithy/core/event-streams': 'resolveEventStreamSerdeConfig: (config) => config',
};

/**
 * A module that has every export, each a function that says what is missing. The exports are on the prototype, which esbuild's
 * interop keeps (see `lazy-builtins.ts`).
 */
const leftOutModule = `
  exports.leftOut = (path, kept) => Object.create(new Proxy(kept, {
    get(_, name) {
      if (Object.hasOwn(kept, name)) return kept[name];
      if (typeof name === 'symbol' || name === 'then' || name === '__esModule') return undefined;
      return () => { throw new Error(path + ' is not part of this bundle (lib/bundling/lean-sdk.ts): ' + name); };
    },
  }));`;

interface Edit {
  readonly file: RegExp;
  /** Must occur exactly once: an SDK that no longer has it stops the build instead of growing in silence. */
  readonly find: string;
  readonly replace: string;
}

const edits: readonly Edit[] = [
  // Tries `createHash` at import to choose between OpenSSL and JavaScript. Node has OpenSSL.
  ...['Sha256', 'Md5'].flatMap((hash) => {
    const file = new RegExp(`@smithy/core/dist-es/submodules/checksum/${hash.toLowerCase()}/${hash}Node\\.js$`);
    return [
      { file, find: `${hash}Node = hasNativeCrypto ? buildNativeClass() : ${hash}Js`, replace: `${hash}Node = buildNativeClass()` },
      { file, find: 'const hasNativeCrypto = (() =>', replace: 'const hasNativeCrypto = /* @__PURE__ */ (() =>' },
    ];
  }),
  // Looks at `globalThis.crypto` at import (which loads WebCrypto) to choose `randomUUID`. Node has it.
  {
    file: /@smithy\/core\/dist-es\/submodules\/serde\/index\.js$/,
    find: 'import { getRandomValues } from "node:crypto";',
    replace: 'import { randomUUID } from "node:crypto";',
  },
  { file: /@smithy\/core\/dist-es\/submodules\/serde\/index\.js$/, find: 'const _getRandomValues = getRandomValues;', replace: '' },
  {
    file: /@smithy\/core\/dist-es\/submodules\/serde\/index\.js$/,
    find: 'v4 = bindV4(_getRandomValues);',
    replace: 'v4 = () => randomUUID();',
  },
  // Derives a class from a stream at import.
  {
    file: /@smithy\/core\/dist-es\/submodules\/serde\/util-stream\/stream-collector\.js$/,
    find: 'class Collector extends Writable {',
    replace: 'let collectorClass; const getCollectorClass = () => collectorClass ??= class Collector extends Writable {',
  },
  {
    file: /@smithy\/core\/dist-es\/submodules\/serde\/util-stream\/stream-collector\.js$/,
    find: 'new Collector()',
    replace: 'new (getCollectorClass())()',
  },
];

/** Files replaced whole. */
const replacements: readonly { readonly file: RegExp; readonly contents: string }[] = [
  {
    // ~/.aws/config and ~/.aws/credentials don't exist in Lambda: this is what reading them comes to there.
    file: /@smithy\/core\/dist-es\/submodules\/config\/shared-ini-file-loader\/loadSharedConfigFiles\.js$/,
    contents: `export { CONFIG_PREFIX_SEPARATOR } from './constants';
      export const loadSharedConfigFiles = async () => ({ configFile: {}, credentialsFile: {} });`,
  },
  {
    // Asks EC2's metadata service for the region; Lambda sets AWS_REGION and has no such service.
    file: /@smithy\/core\/dist-es\/submodules\/config\/config-resolver\/regionConfig\/getInstanceMetadataRegion\.js$/,
    contents: `export const getInstanceMetadataRegion = async () => {
        throw new Error('The EC2 metadata service is not part of this bundle: set AWS_REGION');
      };`,
  },
  {
    // Rules of S3 alone, which every client brings along.
    file: /@smithy\/core\/dist-es\/submodules\/endpoints\/middleware-endpoint\/service-customizations\/index\.js$/,
    contents: `export const resolveParamsForS3 = async () => { throw new Error('S3 is not part of this bundle'); };`,
  },
  {
    // Signs the events of a stream.
    file: /@smithy\/signature-v4\/dist-es\/HeaderFormatter\.js$/,
    contents: `export class HeaderFormatter { format() { throw new Error('Streams of events are not part of this bundle'); } }`,
  },
  {
    // The client-side rate limiter of `adaptive` retries, which no function is set to.
    file: /@smithy\/core\/dist-es\/submodules\/retry\/util-retry\/DefaultRateLimiter\.js$/,
    contents: `export class DefaultRateLimiter {
        constructor() { throw new Error('Adaptive retries are not part of this bundle: leave AWS_RETRY_MODE unset'); }
      }`,
  },
  {
    // Every client would make this one if it were given none, and is given ours (`lambda/adapters/http-handler.ts`).
    file: /@smithy\/node-http-handler\/dist-es\/index\.js$/,
    contents: `export { streamCollector } from '@smithy/core/serde';
      export class NodeHttpHandler {
        static create(given) {
          if (typeof given?.handle === 'function') return given;
          throw new Error("The SDK's HTTP handler is not part of this bundle: give the client a requestHandler");
        }
      }`,
  },
  {
    // Makes a store for the trace of a request where the runtime has none. Ours has one, or says the trace in the environment.
    file: /@aws\/lambda-invoke-store\/dist-es\/invoke-store\.js$/,
    contents: 'export const InvokeStore = { getInstanceAsync: async () => globalThis.awslambda?.InvokeStore };',
  },
];

/**
 * An esbuild plugin that leaves out of the AWS SDK what Lambda never runs. What was left out throws when it is asked for,
 * with its name in the message.
 *
 * @param options.keepExceptions service exceptions whose classes are needed (`instanceof`). The others are still told apart by
 *   `error.name`: the SDK falls back to the service's base exception and gives it the name from the answer
 */
export function leanSdk({ keepExceptions }: { readonly keepExceptions: ReadonlySet<string> }): Plugin {
  return {
    name: 'lean-sdk',
    setup(build) {
      for (const filter of [unusedPackages, unusedFeatures]) {
        build.onResolve({ filter }, ({ path }) => ({ path, namespace: 'left-out' }));
      }
      build.onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({
        contents: `module.exports = require('left-out').leftOut(${JSON.stringify(path)}, { ${keptExports[path] ?? ''} });`,
        loader: 'js',
      }));
      build.onResolve({ filter: /^left-out$/ }, () => ({ path: 'left-out', namespace: 'left-out-module' }));
      build.onLoad({ filter: /.*/, namespace: 'left-out-module' }, () => ({ contents: leftOutModule, loader: 'js' }));

      // The clients read their version for the user agent, and would carry the whole file along.
      build.onLoad({ filter: /@aws-sdk\/client-[\w-]+\/package\.json$/ }, async ({ path }) => ({
        contents: JSON.stringify({ version: JSON.parse(await readFile(path, 'utf8')).version }),
        loader: 'json',
      }));

      // Each client registers the exceptions of all its operations (10 KB for DynamoDB alone), and describes all shapes with
      // computed keys, which esbuild must take for side effects.
      build.onLoad({ filter: /@aws-sdk\/client-[\w-]+\/dist-es\/schemas\/schemas_0\.js$/ }, async ({ path }) => ({
        contents: (await readFile(path, 'utf8'))
          .replace(/^n0_registry\.registerError\(\w+\$, (\w+)\);$/gm, (statement, name: string) =>
            keepExceptions.has(name) ? statement : '',
          )
          .replace(/^((?:export )?var \w+\$ = )(\[[^;]*\{ \[[^;]*\]);$/gm, '$1/* @__PURE__ */ (() => $2)();'),
        loader: 'js',
      }));

      build.onLoad(
        { filter: /@aws-sdk\/core\/dist-es\/submodules\/client\/util-endpoints\/lib\/aws\/partitions\.js$/ },
        async ({ path }) => ({
          contents: withoutRegionNames(await readFile(path, 'utf8')),
          loader: 'js',
        }),
      );

      for (const { file, contents } of replacements) {
        build.onLoad({ filter: file }, ({ path }) => ({ contents, loader: 'js', resolveDir: path.slice(0, path.lastIndexOf('/')) }));
      }
      for (const file of new Set(edits.map((edit) => edit.file.source))) {
        build.onLoad({ filter: new RegExp(file) }, async ({ path }) => {
          const matching = edits.filter((edit) => edit.file.source === file);
          return { contents: matching.reduce((text, edit) => applyEdit(text, edit, path), await readFile(path, 'utf8')), loader: 'js' };
        });
      }
    },
  };
}

function applyEdit(text: string, edit: Edit, path: string): string {
  const parts = text.split(edit.find);
  if (parts.length !== 2)
    throw new Error(`${path} no longer reads as expected: "${edit.find}" occurs ${parts.length - 1} times. See lib/bundling/lean-sdk.ts`);
  return parts.join(edit.replace);
}

interface Partition {
  readonly regionRegex: string;
  readonly regions: Readonly<Record<string, unknown>>;
}

/** The table of partitions without the regions that its regular expressions find as well: it names each for humans, 4 KB. */
function withoutRegionNames(source: string): string {
  const table = /^export const partitionsInfo = (\{[\s\S]*\});?\s*$/.exec(source)?.[1];
  if (!table) throw new Error('The SDK keeps its partitions in another shape now. See lib/bundling/lean-sdk.ts');
  const info: { partitions: readonly Partition[] } = JSON.parse(table);
  const partitions = info.partitions.map((partition) => ({
    ...partition,
    regions: Object.fromEntries(
      Object.entries(partition.regions).filter(
        ([region]) => info.partitions.find(({ regionRegex }) => new RegExp(regionRegex).test(region)) !== partition,
      ),
    ),
  }));
  return `export const partitionsInfo = ${JSON.stringify({ ...info, partitions })};`;
}
