import type { ComponentId } from '../../contract/components.ts';
import type { Incident, Maintenance } from '../../contract/incidents.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import { createdFrom } from '../domain/incidents/identifier.ts';
import type { ComponentWatch, IncidentReader, IncidentStore, StoredIncident, StoredMaintenance } from '../domain/incidents/ports.ts';
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from './document-client.ts';
import { queryAll } from './query-all.ts';
import { conditionally, storeCall } from './store-call.ts';

type Kind = 'incident' | 'maintenance' | 'watch';
type Item = Readonly<Record<string, unknown>>;

/** What a reader may see of an item: the role of one that only reads is limited to these. */
const publicAttributes = ['content'] as const;

/**
 * Partitions `incident` and `maintenance` with an item each, under ids that sort by creation, and `watch` with an item a component.
 * `endedAt`, in milliseconds, is there once it is over.
 */
export class DynamoIncidentReader implements IncidentReader {
  protected readonly client: DynamoDBDocumentClient;
  protected readonly table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.client = client;
    this.table = table;
  }

  async readIncidents(since: number, limit: number): Promise<Incident[]> {
    return (await this.query('incident', since, limit, publicAttributes)).map(({ content }) => content as Incident);
  }

  async readMaintenances(since: number, limit: number): Promise<Maintenance[]> {
    return (await this.query('maintenance', since, limit, publicAttributes)).map(({ content }) => content as Maintenance);
  }

  /** @param attributes absent: all of them */
  protected async query(kind: Kind, since: number, limit: number, attributes?: readonly string[]): Promise<Item[]> {
    const names = { '#kind': 'kind', '#entryId': 'entryId', '#endedAt': 'endedAt' };
    // Nothing stays open longer: what began before this ended before `since`.
    const from = createdFrom(since - securityPolicy.incidents.longestOpenSeconds * 1000);
    const query = {
      TableName: this.table,
      KeyConditionExpression: '#kind = :kind AND #entryId >= :from',
      FilterExpression: 'attribute_not_exists(#endedAt) OR #endedAt >= :since',
      ExpressionAttributeNames: { ...names, ...Object.fromEntries((attributes ?? []).map((name) => [`#${name}`, name])) },
      ExpressionAttributeValues: { ':kind': kind, ':from': from, ':since': since },
      ScanIndexForward: false,
      ConsistentRead: true,
    };
    if (attributes === undefined) return await queryAll(this.client, query, limit);
    const ProjectionExpression = attributes.map((name) => `#${name}`).join(', ');
    return await queryAll(this.client, { ...query, Select: 'SPECIFIC_ATTRIBUTES', ProjectionExpression }, limit);
  }
}

export class DynamoIncidentStore extends DynamoIncidentReader implements IncidentStore {
  async readIncident(id: string): Promise<StoredIncident | undefined> {
    return toStored<StoredIncident>(await this.#get('incident', id));
  }

  async readMaintenance(id: string): Promise<StoredMaintenance | undefined> {
    return toStored<StoredMaintenance>(await this.#get('maintenance', id));
  }

  async listIncidents(since: number, limit: number): Promise<StoredIncident[]> {
    return (await this.query('incident', since, limit)).map((item) => toStored<StoredIncident>(item) as StoredIncident);
  }

  async listMaintenances(since: number, limit: number): Promise<StoredMaintenance[]> {
    return (await this.query('maintenance', since, limit)).map((item) => toStored<StoredMaintenance>(item) as StoredMaintenance);
  }

  async writeIncident(incident: StoredIncident): Promise<boolean> {
    const { id, resolvedAt } = incident.content;
    return await this.#put('incident', id, { ...incident, ...ended(resolvedAt) });
  }

  async writeMaintenance(maintenance: StoredMaintenance): Promise<boolean> {
    const { id, completedAt } = maintenance.content;
    return await this.#put('maintenance', id, { ...maintenance, ...ended(completedAt) });
  }

  async readWatch(component: ComponentId): Promise<ComponentWatch | undefined> {
    const item = await this.#get('watch', component);
    if (item === undefined) return undefined;
    const { kind: _kind, entryId, ...watch } = item;
    return { ...watch, component: entryId } as ComponentWatch;
  }

  async writeWatch({ component, ...watch }: ComponentWatch): Promise<boolean> {
    return await this.#put('watch', component, watch);
  }

  async #get(kind: Kind, entryId: string): Promise<Item | undefined> {
    const { Item } = await storeCall(
      this.client.send(new GetCommand({ TableName: this.table, Key: { kind, entryId }, ConsistentRead: true })),
    );
    return Item;
  }

  async #put(kind: Kind, entryId: string, fields: Item & { readonly version: number }): Promise<boolean> {
    const isNew = fields.version === 1;
    const written = await conditionally(
      this.client.send(
        new PutCommand({
          TableName: this.table,
          Item: { ...fields, kind, entryId },
          ConditionExpression: isNew ? 'attribute_not_exists(#version)' : '#version = :before',
          ExpressionAttributeNames: { '#version': 'version' },
          ...(!isNew && { ExpressionAttributeValues: { ':before': fields.version - 1 } }),
        }),
      ),
    );
    return written !== undefined;
  }
}

function ended(at: string | undefined): { readonly endedAt?: number } {
  return at === undefined ? {} : { endedAt: Date.parse(at) };
}

function toStored<Stored>(item: Item | undefined): Stored | undefined {
  if (item === undefined) return undefined;
  const { kind: _kind, entryId: _entryId, endedAt: _endedAt, ...stored } = item;
  return stored as Stored;
}
