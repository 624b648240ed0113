/**
 * What axe finds in a page: all of its rules, in the page's own document (ours hold no frames). axe-core is driven directly:
 * it is put into a document once, by the DevTools protocol, which the page's policy does not bind, and tells of violations only.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

/** Read, not imported: nothing of it runs in the tests' own process. */
const source = readFileSync(join(import.meta.dirname, '../../node_modules/axe-core/axe.min.js'), 'utf8');

/** What axe leaves in a document. */
interface Axe {
  run(context: Document, options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
}

/** @returns undefined where axe is not in the document yet */
async function look(page: Page, rules?: readonly string[]): Promise<string[] | undefined> {
  return await page.evaluate(async (runOnly) => {
    const { axe } = window as unknown as { axe?: Axe };
    if (axe === undefined) return undefined;
    // What passes is judged and not described, nor is a path to an element worked out that nobody reads.
    const { violations } = await axe.run(document, { resultTypes: ['violations'], selectors: false, ...(runOnly && { runOnly }) });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  }, rules);
}

async function inject(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  // Not detached: that would take a virtual authenticator from the page, whosever it is. It ends with the page.
  await devtools.send('Runtime.evaluate', { expression: source });
}

/** Violations in a page as it is shown now. */
export async function findViolations(page: Page): Promise<string[]> {
  const found = await look(page);
  if (found !== undefined) return found;
  await inject(page);
  const first = await look(page);
  if (first === undefined) throw new Error('axe could not be put into the page');
  return first;
}

/** Violations in both themes. The dark one differs in colours only, so only those are looked at again. */
export async function findViolationsInBothThemes(page: Page): Promise<string[]> {
  await page.emulateMedia({ colorScheme: 'light' });
  const light = await findViolations(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await look(page, ['color-contrast']);
  if (dark === undefined) throw new Error('the page went away between the two themes');
  return [...light, ...dark];
}
