/** A folder for what the test files of one run share. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export default function makeRunFolder() {
  process.env.TEST_RUN_FOLDER = mkdtempSync(path.join(tmpdir(), 'portiere-run-'));
}
