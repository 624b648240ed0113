import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Code for CloudFront, from files beside this one that are put one behind the other, without their comments. */
export function readEdgeCode(...files: readonly string[]): string {
  return files.map((file) => withoutComments(readFileSync(join(import.meta.dirname, file), 'utf8'))).join('');
}

/** Whole lines only: enough for our own files, and it can't touch a text that looks like a comment. */
function withoutComments(source: string): string {
  return source.replace(/^\s*\/\*\*[\s\S]*?\*\/\n/gm, '').replace(/^\s*\/\/.*\n/gm, '');
}
