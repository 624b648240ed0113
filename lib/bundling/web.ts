/**
 * Builds the pages: one script and what it loads when needed, one style sheet, the typeface and the icons under
 * `/assets/` with a hash of their content in the name (so they may be cached for ever), and one static document for
 * each page and language. The security page needs no script: what it says is in its document, and in `security.json`.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { runInNewContext } from 'node:vm';
import { type BuildResult, build, type Metafile } from 'esbuild';
import type { SecurityDocument } from '../../contract/evidence.ts';
import { type Route, routes } from '../../contract/routes.ts';

const root = resolve(import.meta.dirname, '../..');
const sources = join(root, 'web');

/** What `web/documents.tsx` offers, as the built bundle has it: this floor doesn't import the one above. */
interface DocumentsModule {
  readonly languages: readonly string[];
  renderDocuments(assets: object): Record<string, string>;
  renderManifest(language: string, icon: string): string;
  renderPublicDocuments(assets: object, security: SecurityDocument, links: object): Record<string, string>;
}

const shared = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  jsx: 'automatic',
  jsxImportSource: 'preact',
  legalComments: 'none',
  logLevel: 'silent',
  write: false,
} as const;

function hashOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('base64url').replace(/[-_]/g, '').slice(0, 8);
}

async function buildAssets() {
  return await build({
    ...shared,
    entryPoints: {
      app: join(sources, 'main.tsx'),
      style: join(sources, 'styles.css'),
      notices: join(root, 'client/banner.ts'),
      fresh: join(sources, 'security/fresh.ts'),
    },
    outdir: 'assets',
    entryNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    splitting: true,
    publicPath: '/assets',
    format: 'esm',
    target: ['es2022', 'chrome109', 'firefox115', 'safari16'],
    loader: { '.woff2': 'file' },
    metafile: true,
  });
}

/** The style sheet of the pages that the API gives, under one name for good: the functions don't know the names of a build. */
export async function buildPlainStyle(): Promise<string> {
  const result = await build({ ...shared, entryPoints: [join(sources, 'plain.css')] });
  return result.outputFiles[0]?.text ?? '';
}

/**
 * The scripts that a page needs beside the one that all pages have: what that one imports, and, for a page that it loads
 * by itself, the page and what it imports.
 *
 * @returns addresses, without those that are only loaded when somebody asks for what is in them
 */
function modulesOf({ outputs }: Metafile, page: string): string[] {
  const found = new Set<string>();
  const follow = (path: string) => {
    for (const { path: imported, kind } of outputs[path]?.imports ?? []) {
      if (kind !== 'import-statement' || found.has(imported)) continue;
      found.add(imported);
      follow(imported);
    }
  };
  for (const [path, { entryPoint }] of Object.entries(outputs)) {
    if (!path.endsWith('.js')) continue;
    if (entryPoint === `web/pages/${page}.tsx`) found.add(path);
    if (entryPoint === 'web/main.tsx' || entryPoint === `web/pages/${page}.tsx`) follow(path);
  }
  return [...found].map((path) => `/assets/${basename(path)}`);
}

/** Runs the page frame's own module: it is built like the pages, and asked for their documents. */
async function loadDocuments(): Promise<DocumentsModule> {
  const result = await build({
    ...shared,
    entryPoints: [join(sources, 'documents.tsx')],
    format: 'iife',
    globalName: 'documentsModule',
    platform: 'neutral',
    mainFields: ['module', 'main'],
  });
  return runInNewContext(`${result.outputFiles[0]?.text ?? ''};documentsModule`) as DocumentsModule;
}

/** What the pages carry of others' work is served with its licence, as they ask for. */
async function readLicences(): Promise<string> {
  const carried = { preact: 'LICENSE', uqr: 'LICENSE', '@simplewebauthn/browser': 'LICENSE.md', '@fontsource-variable/figtree': 'LICENSE' };
  const texts = await Promise.all(Object.entries(carried).map(([name, file]) => readFile(join(root, 'node_modules', name, file), 'utf8')));
  return Object.keys(carried)
    .map((name, index) => `${name}\n\n${texts[index]}\n`)
    .join('\n');
}

/** The emitted files of a build: contents by address, and the address of the one that stands for the pages. */
function addressesOf(result: BuildResult<{ write: false }>) {
  const files = result.outputFiles.map(({ path, contents }) => ({ address: `/assets/${basename(path)}`, contents }));
  // By the name of the entry as well: the script loads others, and no document names those.
  const find = (extension: string, entry = ''): string => {
    const file = files.find(({ address }) => extname(address) === extension && basename(address).startsWith(entry));
    if (file === undefined) throw new Error(`The web build emitted no ${entry}*${extension} file`);
    return file.address;
  };
  return { files, find };
}

/** Addresses that a deployment's configuration knows. */
export interface Elsewhere {
  /** `https://host` of the status page, where that is known before it is deployed. */
  readonly statusPage?: string | undefined;
  /** Where the runs of every night can be seen, by whoever may see the repository. */
  readonly nightlyRuns?: string | undefined;
}

/** What stands beside the security page, as far as this version has it. */
function findLinks(built: ReadonlyMap<string, unknown>, { statusPage, nightlyRuns }: Elsewhere): Record<string, string> {
  const isThere = (path: string) => built.has(path) || (Object.values(routes) as Route[]).some((route) => route.path === path);
  return {
    ...(statusPage === undefined ? {} : { status: statusPage }),
    ...(nightlyRuns === undefined ? {} : { nightly: nightlyRuns }),
    ...(built.has('/en/report.html') ? { report: '/report' } : {}),
    ...(isThere('/.well-known/security.txt') ? { contact: '/.well-known/security.txt' } : {}),
  };
}

/**
 * Builds the web root.
 *
 * @param outDirectory emptied first; afterwards it holds `assets/`, `<language>/<page>.html`, `plain.css`, `robots.txt` and `security.json`.
 * @param security what the security page says
 * @throws when a source doesn't compile.
 */
export async function buildWeb(outDirectory: string, security: SecurityDocument, elsewhere: Elsewhere = {}): Promise<void> {
  const [assets, plainStyle, documents, icon, robots, licences] = await Promise.all([
    buildAssets(),
    buildPlainStyle(),
    loadDocuments(),
    readFile(join(sources, 'assets/icon.svg')),
    readFile(join(sources, 'assets/robots.txt')),
    readLicences(),
  ]);
  const { files, find } = addressesOf(assets);
  const iconAddress = `/assets/icon-${hashOf(icon)}.svg`;
  const output = new Map<string, string | Uint8Array>(files.map(({ address, contents }) => [address, contents]));
  output.set(iconAddress, icon);
  output.set('/robots.txt', robots);
  output.set('/plain.css', plainStyle);
  output.set('/assets/licences.txt', licences);

  const manifests: Record<string, string> = {};
  for (const language of documents.languages) {
    const manifest = documents.renderManifest(language, iconAddress);
    const address = `/assets/manifest-${language}-${hashOf(manifest)}.webmanifest`;
    manifests[language] = address;
    output.set(address, manifest);
  }
  const rendered = documents.renderDocuments({
    script: find('.js', 'app-'),
    notices: find('.js', 'notices-'),
    modules: (page: string) => modulesOf(assets.metafile, page),
    style: find('.css'),
    font: find('.woff2'),
    icon: iconAddress,
    manifests,
  });
  for (const [path, text] of Object.entries(rendered)) output.set(`/${path}`, text);
  const common = {
    notices: find('.js', 'notices-'),
    fresh: find('.js', 'fresh-'),
    style: find('.css'),
    font: find('.woff2'),
    icon: iconAddress,
  };
  const open = documents.renderPublicDocuments(common, security, findLinks(output, elsewhere));
  for (const [path, text] of Object.entries(open)) output.set(`/${path}`, text);
  output.set('/security.json', `${JSON.stringify(security)}\n`);

  await rm(outDirectory, { recursive: true, force: true });
  await Promise.all([...output.keys()].map((address) => mkdir(dirname(join(outDirectory, address)), { recursive: true })));
  await Promise.all([...output].map(([address, content]) => writeFile(join(outDirectory, address), content)));
}
