/** The status page as a client of Statuspage reads it: every document of the API, each field held against the published shape. */
import { shapes } from './statuspage-shapes.ts';
import type { DrillSystem } from './system.ts';

export interface ClientReading {
  readonly documents: number;
  /** Names of what is unresolved, as the client would list them. */
  readonly unresolved: readonly string[];
  /** What a client could not read, a sentence each. */
  readonly faults: readonly string[];
}

export async function readAsClient(system: Pick<DrillSystem, 'askStatus'>): Promise<ClientReading> {
  const faults: string[] = [];
  let unresolved: readonly string[] = [];
  for (const [path, shape] of Object.entries(shapes)) {
    const { status, headers, text } = await system.askStatus(`/${path}`);
    if (status !== 200 || !/^application\/json/.test(headers['content-type'] ?? '')) {
      faults.push(`${path} answered ${status} as ${headers['content-type']}`);
      continue;
    }
    // Clients run in pages of any origin.
    if (headers['access-control-allow-origin'] !== '*') faults.push(`${path} can not be read by a script of another site`);
    const { success, data, error } = shape.safeParse(JSON.parse(text));
    if (!success) faults.push(`${path}: ${error.issues[0]?.path.join('.')} ${error.issues[0]?.message}`);
    else if (path === 'api/v2/incidents/unresolved.json' && 'incidents' in data) unresolved = data.incidents.map(({ name }) => name);
  }
  return { documents: Object.keys(shapes).length, unresolved, faults };
}
