/**
 * What functions print: a ring of the newest lines a log, a file a log in `DATA_DIR/logs`, and the terminal when asked.
 * Lines in CloudWatch's embedded metric format go to the metrics as well, as they do in CloudWatch Logs.
 */
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

export interface LogLine {
  /** ISO 8601, by the system's clock. */
  readonly at: string;
  readonly text: string;
}

export interface Logs {
  /** @param text whole or partial lines, as printed */
  append(log: string, text: string): void;
  /** Newest last. */
  read(log: string): LogLine[];
  names(): string[];
  /** Writes what is still in memory. */
  close(): void;
}

export interface LogsOptions {
  /** Folder of the files; undefined keeps lines in memory alone. */
  readonly directory: string | undefined;
  readonly now: () => number;
  readonly onEmbeddedMetrics: (document: Record<string, unknown>) => void;
  /** Called with each line for the terminal (`LOG=verbose`). */
  readonly echo?: (line: string) => void;
}

const linesKept = 5000;
/** Files are written in one go this often: a line at a time would cost more than the request that it is about. */
const flushMilliseconds = 250;
/** A line without an end is cut here, so that a function can't fill the memory. */
const longestLine = 256 * 1024;

export function createLogs(options: LogsOptions): Logs {
  const { directory, now, onEmbeddedMetrics, echo } = options;
  if (directory !== undefined) mkdirSync(directory, { recursive: true, mode: 0o700 });
  const logs = new Map<string, { lines: LogLine[]; rest: string; unwritten: string }>();

  function open(name: string) {
    let log = logs.get(name);
    if (log === undefined) {
      log = { lines: [], rest: '', unwritten: '' };
      logs.set(name, log);
    }
    return log;
  }

  function flush(): void {
    if (directory === undefined) return;
    for (const [name, log] of logs) {
      if (log.unwritten === '') continue;
      // Appended to, never rotated: it is a developer's folder, and a full disk must not end the system.
      try {
        appendFileSync(join(directory, `${name}.log`), log.unwritten, { mode: 0o600 });
      } catch (error) {
        echo?.(`the log ${name} could not be written: ${(error as Error).message}`);
      }
      log.unwritten = '';
    }
  }
  const timer = setInterval(flush, flushMilliseconds).unref();

  return {
    append(name, text) {
      const log = open(name);
      const lines = (log.rest + text).split('\n');
      log.rest = lines.pop() ?? '';
      if (log.rest.length > longestLine) {
        lines.push(log.rest);
        log.rest = '';
      }
      for (const line of lines) {
        if (line === '') continue;
        log.lines.push({ at: new Date(now()).toISOString(), text: line });
        if (log.lines.length > linesKept * 1.2) log.lines.splice(0, log.lines.length - linesKept);
        if (directory !== undefined) log.unwritten += `${line}\n`;
        echo?.(`${name}: ${line}`);
        if (line.startsWith('{') && line.includes('"_aws"')) {
          const document = parseObject(line);
          if (document !== undefined) onEmbeddedMetrics(document);
        }
      }
    },
    read: (name) => (logs.get(name)?.lines ?? []).slice(-linesKept),
    names: () => [...logs.keys()].sort(),
    close() {
      clearInterval(timer);
      flush();
    },
  };
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
