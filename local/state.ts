/**
 * What the local services and the console must remember: mail, queues, key material, secrets, the clock.
 *
 * SQLite with a write-ahead log, written before a call returns: a process that is killed loses nothing it has
 * acknowledged. (Only a power cut may take the last moments; the operating system holds what was written.)
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export interface Collection<Value> {
  get(key: string): Value | undefined;
  put(key: string, value: Value): void;
  delete(key: string): void;
  /** All entries, in the order of their keys' UTF-8 bytes. */
  entries(): { key: string; value: Value }[];
}

export interface State {
  /** A named set of JSON values. Values read are fresh copies. */
  collection<Value>(name: string): Collection<Value>;
  /** Makes all writes of `work`, which must not await, durable together or not at all. */
  atomically<Result>(work: () => Result): Result;
  close(): void;
}

/**
 * @param dataDirectory folder, made if missing; `:memory:` keeps nothing
 * @throws Error naming the folder when another process holds it
 */
export function openState(dataDirectory: string): State {
  if (dataDirectory !== ':memory:') mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(dataDirectory === ':memory:' ? dataDirectory : join(dataDirectory, 'state.sqlite'));
  try {
    // Exclusive from the first write on: two systems on one folder would each hand out the same messages.
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    database.exec(
      'CREATE TABLE IF NOT EXISTS entries (collection TEXT, key TEXT, value TEXT NOT NULL, PRIMARY KEY (collection, key)) WITHOUT ROWID',
    );
    database.exec("INSERT OR REPLACE INTO entries VALUES ('state', 'format', '1')");
  } catch (cause) {
    database.close();
    throw new Error(`the data folder ${dataDirectory} can't be opened; is another system running on it?`, { cause });
  }
  const read = database.prepare('SELECT value FROM entries WHERE collection = ? AND key = ?');
  const write = database.prepare('INSERT OR REPLACE INTO entries VALUES (?, ?, ?)');
  const remove = database.prepare('DELETE FROM entries WHERE collection = ? AND key = ?');
  const list = database.prepare('SELECT key, value FROM entries WHERE collection = ? ORDER BY key');

  return {
    collection: <Value>(name: string): Collection<Value> => ({
      get(key) {
        const row = read.get(name, key);
        return row === undefined ? undefined : (JSON.parse(row.value as string) as Value);
      },
      put: (key, value) => void write.run(name, key, JSON.stringify(value)),
      delete: (key) => void remove.run(name, key),
      entries: () => list.all(name).map((row) => ({ key: row.key as string, value: JSON.parse(row.value as string) as Value })),
    }),
    atomically(work) {
      database.exec('BEGIN');
      try {
        const result = work();
        database.exec('COMMIT');
        return result;
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      }
    },
    close: () => database.close(),
  };
}
