/** Reads the project's own sources through a parser: what tests and generators know of them comes from here. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync } from '@swc/core';

export const projectDirectory = path.resolve(import.meta.dirname, '..');

/** A node of the syntax tree: only `type` is sure, callers narrow the rest. */
export interface SyntaxNode {
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: the tree's shape depends on `type`.
  readonly [key: string]: any;
}

/** TypeScript files under a folder, relative to the project, in a stable order. */
export function listSources(folder: string): string[] {
  const absolute = path.join(projectDirectory, folder);
  return readdirSync(absolute, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => path.relative(projectDirectory, path.join(entry.parentPath, entry.name)))
    .filter((file) => !file.split(path.sep).includes('node_modules'))
    .sort();
}

export function readSource(file: string): string {
  return readFileSync(path.join(projectDirectory, file), 'utf8');
}

/** @throws when the file is not valid TypeScript */
export function parseSource(file: string): SyntaxNode {
  return parseSync(readSource(file), { syntax: 'typescript', tsx: file.endsWith('.tsx'), target: 'es2024' }) as unknown as SyntaxNode;
}

/** Calls `visitor` for every node, parents first. */
export function visitNodes(node: unknown, visitor: (node: SyntaxNode) => void): void {
  if (Array.isArray(node)) {
    for (const child of node) visitNodes(child, visitor);
    return;
  }
  if (node === null || typeof node !== 'object') return;
  if (typeof (node as SyntaxNode).type === 'string') visitor(node as SyntaxNode);
  // Where it stands in the text is half of what a node holds, and no node.
  for (const name in node) if (name !== 'span') visitNodes((node as SyntaxNode)[name], visitor);
}

/** Module names a file imports, exports from or loads, types included, with string literals resolved by the parser. */
export function listImports(file: string): string[] {
  const found: string[] = [];
  visitNodes(parseSource(file), (node) => {
    if (node.type === 'ImportDeclaration' || node.type === 'ExportNamedDeclaration' || node.type === 'ExportAllDeclaration') {
      if (node.source) found.push(node.source.value);
    }
    if (node.type === 'TsImportType') found.push(node.argument.value);
    const isLoad = node.type === 'CallExpression' && (node.callee.type === 'Import' || node.callee.value === 'require');
    if (isLoad && node.arguments[0]?.expression.type === 'StringLiteral') found.push(node.arguments[0].expression.value);
  });
  return found;
}

/** Titles given to `describe`, `it` and `test`, `.each` included. */
export function listTestTitles(file: string): string[] {
  const titles: string[] = [];
  visitNodes(parseSource(file), (node) => {
    if (node.type !== 'CallExpression' || !isTestFunction(node.callee)) return;
    const title = node.arguments[0]?.expression;
    if (title?.type === 'StringLiteral') titles.push(title.value);
    if (title?.type === 'TemplateLiteral') titles.push(title.quasis.map((part: SyntaxNode) => part.cooked ?? '').join('…'));
  });
  return titles;
}

/** `it`, `it.each(rows)`, `describe.each`table``. */
function isTestFunction(callee: SyntaxNode): boolean {
  if (callee.type === 'Identifier') return ['describe', 'it', 'test'].includes(callee.value);
  if (callee.type === 'MemberExpression') return isTestFunction(callee.object);
  if (callee.type === 'CallExpression') return isTestFunction(callee.callee);
  if (callee.type === 'TaggedTemplateExpression') return isTestFunction(callee.tag);
  return false;
}
