/** Keeps the arrows of docs/architecture.md: who may import whom, read by a parser from every source file. */
import { existsSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { listImports, listSources, parseSource, projectDirectory, readSource, type SyntaxNode, visitNodes } from '../scripts/source.ts';

const folders = ['contract', 'waf', 'lib', 'lambda', 'local', 'client', 'bin', 'web', 'ops', 'scripts', 'verify', 'bench'].filter(
  (folder) => existsSync(path.join(projectDirectory, folder)),
);
const everySource = folders.flatMap(listSources);
const everyTest = listSources('test');

interface Import {
  readonly file: string;
  /** A folder of ours with its file (`contract/routes.ts`), a package (`@aws-sdk/client-kms`), or `node:fs`. */
  readonly target: string;
}

/** Each file is parsed once, however many arrows it is asked for. */
const read = new Map<string, readonly Import[]>();
function importsOf(file: string): readonly Import[] {
  const known = read.get(file) ?? listImports(file).map((specifier) => ({ file, target: resolveTarget(file, specifier) }));
  read.set(file, known);
  return known;
}

function importsUnder(folder: string): Import[] {
  return everySource.filter((file) => file.startsWith(`${folder}/`)).flatMap(importsOf);
}

function resolveTarget(file: string, specifier: string): string {
  if (specifier.startsWith('.')) return path.posix.join(path.posix.dirname(file), specifier);
  return builtinModules.includes(specifier) ? `node:${specifier}` : specifier;
}

function isOurs(target: string): boolean {
  return folders.some((folder) => target.startsWith(`${folder}/`)) || /^[\w.-]+\.ts$/.test(target);
}

/** Imports of a folder that none of the allowed prefixes covers, as sentences. */
function strayImports(folder: string, allowed: readonly RegExp[]): string[] {
  return importsUnder(folder)
    .filter(({ target }) => !target.startsWith(`${folder}/`) && !allowed.some((pattern) => pattern.test(target)))
    .map(({ file, target }) => `${file} imports ${target}`);
}

/** Imports of our own files only: packages are free here. */
function strayOwnImports(folder: string, allowed: readonly string[]): string[] {
  return importsUnder(folder)
    .filter(({ target }) => isOurs(target) && ![folder, ...allowed].some((prefix) => target.startsWith(`${prefix}/`) || target === prefix))
    .map(({ file, target }) => `${file} imports ${target}`);
}

describe('The arrows between the folders', () => {
  it('are read from sources that are there', () => {
    expect(everySource.length).toBeGreaterThan(20);
    expect(importsUnder('contract').map(({ target }) => target)).toContain('zod/mini');
  });

  it('leave the contract on the ground: it imports zod and nothing else', () => {
    expect(strayImports('contract', [/^zod(\/mini)?$/])).toEqual([]);
  });

  it('leave the web ACL evaluator on the ground: it imports nothing of ours', () => {
    expect(strayOwnImports('waf', [])).toEqual([]);
  });

  it('let the domain know the contract, node:crypto and the arithmetic of addresses only: no SDK, no environment, no network', () => {
    expect(strayImports('lambda/domain', [/^contract\//, /^node:crypto$/, /^(cidr-tools|ipaddr\.js)$/])).toEqual([]);
  });

  it('lead from handlers to http and adapters, and from those to the domain, never back', () => {
    expect(strayOwnImports('lambda/http', ['lambda/domain', 'contract'])).toEqual([]);
    expect(strayOwnImports('lambda/adapters', ['lambda/domain', 'contract'])).toEqual([]);
    expect(strayOwnImports('lambda/handlers', ['lambda/http', 'lambda/adapters', 'lambda/domain', 'contract'])).toEqual([]);
  });

  it('let the AWS SDK into the adapters only', () => {
    const elsewhere = ['contract', 'waf', 'lib', 'lambda', 'client', 'bin', 'web']
      .flatMap(importsUnder)
      .filter(({ file, target }) => /^@(aws-sdk|smithy)\//.test(target) && !file.startsWith('lambda/adapters/'));

    expect(elsewhere).toEqual([]);
  });

  it('keep the stacks apart from the functions, the local system and the client', () => {
    expect(strayOwnImports('lib', ['contract'])).toEqual([]);
  });

  it('keep the functions apart from the stacks, the local system and the client', () => {
    expect(strayOwnImports('lambda', ['contract'])).toEqual([]);
  });

  it('keep the local system apart from what it runs: it learns from the synthesized assembly', () => {
    expect(strayOwnImports('local', ['waf'])).toEqual([]);
  });

  it('let the client know the contract only', () => {
    expect(strayOwnImports('client', ['contract'])).toEqual([]);
  });

  it('lead from the pages to the client and the contract', () => {
    expect(strayOwnImports('web', ['client', 'contract'])).toEqual([]);
  });
});

describe('The functions and the stacks', () => {
  it('know nothing of where they run: there is no local switch', () => {
    const switches = everySource.filter((file) => /^(lambda|lib)\//.test(file) && /\bis_?local\b/i.test(readSource(file)));

    expect(switches).toEqual([]);
  });

  it('read the clock and randomness through ports, never directly, in the domain', () => {
    const direct: string[] = [];
    for (const file of everySource.filter((name) => name.startsWith('lambda/domain/'))) {
      visitNodes(parseSource(file), (node) => {
        if (node.type !== 'MemberExpression' || node.object.type !== 'Identifier') return;
        const name = `${node.object.value}.${node.property.value}`;
        if (['Date.now', 'Math.random', 'performance.now', 'process.env'].includes(name)) direct.push(`${file}: ${name}`);
      });
    }

    expect(direct).toEqual([]);
  });
});

describe('The functions', () => {
  const functions = everySource.filter((file) => /^(lambda|contract|waf)\//.test(file));

  it('take nothing that must not be guessed from Math.random', () => {
    const found = functions.filter((file) => /\bMath\.random\(/.test(readSource(file)));

    expect(functions.length).toBeGreaterThan(100);
    expect(found).toEqual([]);
  });

  it('run no text as code, and no other program', () => {
    const found: string[] = [];
    for (const file of functions.filter((name) => /\beval\b|\bFunction\b|child_process|\bvm\b|worker_threads/.test(readSource(name)))) {
      visitNodes(parseSource(file), (node) => {
        const isCall = node.type === 'CallExpression' || node.type === 'NewExpression';
        if (isCall && /^(eval|Function)$/.test(node.callee?.value ?? '')) found.push(`${file}: ${node.callee.value}`);
      });
      for (const name of listImports(file)) if (/^(node:)?(child_process|vm|worker_threads)$/.test(name)) found.push(`${file}: ${name}`);
    }

    expect(found).toEqual([]);
  });

  it('follow no redirect: every call to the outside says so', () => {
    const calls: string[] = [];
    for (const file of functions.filter((name) => /\bfetch\b/.test(readSource(name)))) {
      visitNodes(parseSource(file), (node) => {
        if (node.type !== 'CallExpression' || node.callee.value !== 'fetch') return;
        const options = node.arguments[1]?.expression?.properties ?? [];
        const redirect = options.find((property: SyntaxNode) => property.key?.value === 'redirect')?.value?.value;
        calls.push(`${file}: ${redirect}`);
      });
    }

    expect(calls.length).toBeGreaterThan(4);
    expect(calls.filter((call) => !/: (error|manual)$/.test(call))).toEqual([]);
  });
});

describe('Output', () => {
  /** Ways past the escaping of the view library. */
  const rawSinks = [
    'innerHTML',
    'outerHTML',
    'insertAdjacentHTML',
    'dangerouslySetInnerHTML',
    'srcdoc',
    'createContextualFragment',
    'setHTMLUnsafe',
  ];

  it('[P17] never goes into HTML past the escaping: pages and client use no raw sink', () => {
    const found: string[] = [];
    for (const file of everySource.filter((name) => /^(web|client)\//.test(name))) {
      visitNodes(parseSource(file), (node) => {
        if (node.type === 'Identifier' && rawSinks.includes(node.value)) found.push(`${file}: ${node.value}`);
        if (node.type === 'StringLiteral' && rawSinks.includes(node.value)) found.push(`${file}: '${node.value}'`);
        const isWrite =
          node.type === 'MemberExpression' && node.object.value === 'document' && /^writeln?$/.test(node.property.value ?? '');
        if (isWrite) found.push(`${file}: document.write`);
        const isEvaluation =
          (node.type === 'CallExpression' || node.type === 'NewExpression') && /^(eval|Function)$/.test(node.callee?.value ?? '');
        if (isEvaluation) found.push(`${file}: ${node.callee.value}`);
      });
    }

    expect(found).toEqual([]);
  });
});

describe('Every source file', () => {
  it('has at most 400 lines', () => {
    const long = [...everySource, ...everyTest].filter((file) => readSource(file).split('\n').length > 401);

    expect(long).toEqual([]);
  });

  it('is finished: no mark of work left to do', () => {
    const marks = everySource.filter((file) => /\b(TODO|FIXME|XXX)\b/.test(readSource(file)));

    expect(marks).toEqual([]);
  });
});

describe('The lock file', () => {
  it("lists every platform's optional packages, or `npm ci` refuses it", () => {
    const { packages } = JSON.parse(readSource('package-lock.json')) as {
      packages: Record<string, { optionalDependencies?: Record<string, string> }>;
    };
    const names = new Set(Object.keys(packages).map((location) => location.split('node_modules/').at(-1)));
    const wanted = Object.values(packages).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}));

    expect(wanted.filter((name) => !names.has(name))).toEqual([]);
  });
});
