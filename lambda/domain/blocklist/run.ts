/** The function `blocklist`: what came by message, what the feeds say, and then the sets. */
import type { BlocklistSettings } from '../../../contract/blocks.ts';
import type { BlocklistPorts } from './ports.ts';
import { reconcile } from './reconcile.ts';
import { refreshFeeds } from './refresh-feeds.ts';
import { takeMessage } from './take-message.ts';

/** A message as the queue hands it over. */
export interface QueuedMessage {
  readonly messageId: string;
  readonly body: string;
}

/**
 * @returns ids of the messages that nobody can read: they go to the dead letters
 * @throws when a message could not be kept or the sets could not be written: the whole batch comes again, which changes nothing twice
 */
export async function runOnMessages(
  ports: BlocklistPorts,
  settings: BlocklistSettings,
  messages: readonly QueuedMessage[],
): Promise<string[]> {
  const unreadable: string[] = [];
  for (const { messageId, body } of messages) {
    if (await takeMessage(ports, settings, body)) continue;
    ports.journal.note('ERROR', 'blocklist.unreadable', { messageId });
    unreadable.push(messageId);
  }
  await reconcile(ports, settings);
  return unreadable;
}

/** Also where blocks end, and where an edit by hand is noticed. */
export async function runOnSchedule(ports: BlocklistPorts, settings: BlocklistSettings): Promise<void> {
  await refreshFeeds(ports, settings);
  await reconcile(ports, settings);
}
