/** `ip block` and `ip unblock`: asks the function that writes the IP sets, and waits until it has taken it. */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { type BlockMessage, blockMessage } from '../../contract/blocks.ts';
import { DynamoBlockStore } from '../../lambda/adapters/dynamo-block-store.ts';
import { DynamoEventLog } from '../../lambda/adapters/dynamo-event-log.ts';
import { type Access, openAccess } from '../access.ts';
import { type Command, OperatorError } from '../command.ts';
import { help, readChangeOptions } from './options.ts';

const attempts = 60;
const betweenMilliseconds = 250;
const eventsRead = 50;

export function changeCommand(kind: 'block' | 'unblock'): Command {
  return {
    async run(parameters, output) {
      const options = readChangeOptions(parameters, kind);
      if (options === undefined) return output.print(help);
      const access = await openAccess(options.isLocal);
      // The queue's end of the world has a clock of its own: only the time between the two counts.
      const at = await presentOf(options.isLocal);
      const { cidr } = options.block;
      const until = new Date(at + options.seconds * 1000).toISOString();
      const { reason, author } = options;
      const message = blockMessage.parse({ kind, id: randomUUID(), cidr, reason, author, at: new Date(at).toISOString(), until });
      const QueueUrl = await access.queue('PortiereApi', 'BlocksQueue');
      await access.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message) }));
      await waitUntilTaken(access, message, at, cidr);
      if (options.json) output.print(JSON.stringify({ [kind === 'block' ? 'blocked' : 'unblocked']: cidr, until }));
      else output.print(`${cidr} is ${kind}ed until ${until}`);
    },
  };
}

/** @throws OperatorError with the reason of a refusal, or when nothing happens */
async function waitUntilTaken(access: Access, message: BlockMessage, at: number, cidr: string): Promise<void> {
  const blocks = new DynamoBlockStore(access.documents, await access.table('PortiereData', 'IpBlocksTable'));
  const events = new DynamoEventLog(access.documents, await access.table('PortiereData', 'EventsTable'));
  for (let attempt = 0; attempt < attempts; attempt++) {
    if ((await blocks.listBlocks('hand')).some((block) => block.cidr === cidr && block.at >= at)) return;
    const own = (await events.list('ip-block', eventsRead)).find(({ requestId }) => requestId === message.id);
    if (own?.type === 'ip_block.refused') throw new OperatorError(`${cidr} was refused: ${own.reason}.`);
    await pause(betweenMilliseconds);
  }
  throw new OperatorError(`${cidr} was asked for, and not taken yet: the alarms Blocklist/Errors and Blocklist/DeadLetters watch over it.`);
}

/** The local system's clock may be ahead of this machine's: drills move it. */
async function presentOf(isLocal: boolean): Promise<number> {
  if (!isLocal) return Date.now();
  const response = await fetch(`http://127.0.0.1:${process.env.CONSOLE_PORT || '8025'}/api/clock`);
  return Date.parse(((await response.json()) as { now: string }).now);
}
