/** The formats in which feeds are published, a parser each. What a line says beside its block is of no use here. */
import type { FeedFormat } from '../../../contract/blocks.ts';
import { type AddressBlock, parseAddressBlock } from './address-block.ts';

export interface ParsedFeed {
  readonly blocks: readonly AddressBlock[];
  /** Lines that say neither a block nor anything that the format knows. */
  readonly unreadable: number;
  /** How many blocks the source says it has, where it does. */
  readonly announced?: number;
  /** The source marks its end, and the mark is not there. */
  readonly isCutShort: boolean;
}

const parsers: Readonly<Record<FeedFormat, (lines: readonly string[]) => ParsedFeed>> = {
  'spamhaus-drop': parseSpamhausDrop,
  'address-lines': parseAddressLines,
};

export function parseFeed(format: FeedFormat, text: string): ParsedFeed {
  // A byte order mark, and either kind of line end.
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  return parsers[format](lines.map((line) => line.trim()).filter((line) => line !== ''));
}

/**
 * Spamhaus DROP since 2024: a JSON object a line, `{"cidr": ..., "sblid": ..., "rir": ...}`, and as the last one
 * `{"type": "metadata", "records": ...}`, without which the copy is cut short.
 */
function parseSpamhausDrop(lines: readonly string[]): ParsedFeed {
  const blocks: AddressBlock[] = [];
  let unreadable = 0;
  let announced: number | undefined;
  let isCutShort = true;
  for (const line of lines) {
    const record = parseRecord(line);
    const block = typeof record?.cidr === 'string' ? parseAddressBlock(record.cidr) : undefined;
    if (block !== undefined) blocks.push(block);
    else if (record?.type === 'metadata') {
      isCutShort = false;
      if (typeof record.records === 'number') announced = record.records;
    } else unreadable += 1;
  }
  return { blocks, unreadable, isCutShort, ...(announced !== undefined && { announced }) };
}

function parseRecord(line: string): { readonly cidr?: unknown; readonly type?: unknown; readonly records?: unknown } | undefined {
  try {
    const record: unknown = JSON.parse(line);
    return typeof record === 'object' && record !== null ? record : undefined;
  } catch {
    return undefined;
  }
}

/**
 * An address or a CIDR block a line: Emerging Threats (sections under `#` comments, whose titles carry no block) and the Tor
 * project's list of exits. A remark may follow behind `#` or `;`.
 */
function parseAddressLines(lines: readonly string[]): ParsedFeed {
  const blocks: AddressBlock[] = [];
  let unreadable = 0;
  for (const line of lines) {
    const [content = ''] = line.split(/\s*[#;]/);
    if (content === '') continue;
    const block = parseAddressBlock(content);
    if (block === undefined) unreadable += 1;
    else blocks.push(block);
  }
  return { blocks, unreadable, isCutShort: false };
}
