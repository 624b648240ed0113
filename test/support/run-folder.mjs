/** A folder for what the test files of one run share. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export default function makeRunFolder() {
  const folder = mkdtempSync(path.join(tmpdir(), 'portiere-run-'));
  process.env.TEST_RUN_FOLDER = folder;
  // Dozens of processes start from the same code, among them every system: the first compiles it for all.
  process.env.NODE_COMPILE_CACHE = path.join(folder, 'compiled');
}
