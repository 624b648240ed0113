/** What staff may do about addresses: look, block, unblock. The sets themselves are written by the function `blocklist` alone. */
import type { BlocklistSettings, BlockMessage } from '../../../contract/blocks.ts';
import type { IpBlockList } from '../../../contract/ip-block-schemas.ts';
import { type AddressBlock, parseAddressBlock } from '../blocklist/address-block.ts';
import { withoutBlocks } from '../blocklist/block-arithmetic.ts';
import type { StoredBlock } from '../blocklist/ports.ts';
import { decideMessage } from '../blocklist/take-message.ts';
import { type Call, type CurrentSession, event, type SessionServices } from '../context.ts';
import type { StoredEvent } from '../ports.ts';
import { instant, newId } from '../sessions.ts';

export type MessageByHand = Extract<BlockMessage, { kind: 'block' | 'unblock' }>;

export interface IpBlockServices extends Pick<SessionServices, 'clock' | 'random' | 'events'> {
  readonly blockRecords: { listBlocks(source: StoredBlock['source']): Promise<StoredBlock[]> };
  readonly blockRequests: { send(message: MessageByHand): Promise<void> };
  /** Whom nothing blocks, as the deployment says. */
  readonly blocklist: BlocklistSettings;
}

/** Blocks that are told in one answer; there are a handful on most days. */
const blocksTold = 1000;
const eventsTold = 50;

export async function listIpBlocks({ blockRecords, events, clock }: IpBlockServices): Promise<IpBlockList> {
  const [byHand, automatic, history] = await Promise.all([
    blockRecords.listBlocks('hand'),
    blockRecords.listBlocks('automatic'),
    events.list('ip-block', eventsTold),
  ]);
  const now = clock.now();
  const inForce = [...byHand, ...automatic].filter(({ until }) => until > now).sort((left, right) => right.until - left.until);
  return {
    blocks: inForce.slice(0, blocksTold).map(({ at, until, ...block }) => ({ ...block, at: instant(at), until: instant(until) })),
    isComplete: inForce.length <= blocksTold,
    history: history.map(describeEvent),
  };
}

function describeEvent({ eventId, type, at, address, actor = '', reason = '' }: StoredEvent): IpBlockList['history'][number] {
  return { id: eventId, type, at: instant(at), cidr: address, author: actor, reason };
}

export interface IpBlockAct {
  readonly cidr: string;
  readonly reason: string;
  readonly until?: string | undefined;
}

export type IpBlockOutcome =
  | { readonly kind: 'asked'; readonly cidr: string; readonly until: string }
  | { readonly kind: 'refused'; readonly field: 'cidr' | 'until'; readonly message: string }
  | { readonly kind: 'conflict'; readonly detail: string };

/** The same rules as the function that takes the message, so that whoever asks hears at once what would be refused. */
export async function askForIpBlock(
  services: IpBlockServices,
  call: Call,
  staff: CurrentSession,
  kind: MessageByHand['kind'],
  { cidr, reason, until }: IpBlockAct,
): Promise<IpBlockOutcome> {
  const now = services.clock.now();
  const asked = { kind, id: newId(services.random), at: instant(now), cidr: cidr.trim(), reason, author: staff.accountId } as const;
  const message: MessageByHand = until === undefined ? asked : { ...asked, until };
  if (until !== undefined && Date.parse(until) <= now) return { kind: 'refused', field: 'until', message: 'must be in the future' };
  const decision = decideMessage(message, services.blocklist);
  if (decision.kind === 'refuse') return { kind: 'refused', field: 'cidr', message: `can't be ${kind}ed: ${decision.reason}` };
  const { block } = decision;
  if (kind === 'block' && covers(block.cidr, parseAddressBlock(call.viewer.address))) {
    return { kind: 'conflict', detail: 'Your own address is in this block: you would shut yourself out' };
  }
  // Written before the act: what could not be written down is not done.
  await services.events.append(
    event(call, staff.accountId, 'staff.acted', now, {
      act: kind === 'block' ? 'ip_block.added' : 'ip_block.removed',
      target: block.cidr,
      actor: staff.accountId,
      sessionId: staff.token.sessionId,
      reason,
    }),
  );
  await services.blockRequests.send({ ...message, cidr: block.cidr, until: instant(block.until) });
  return { kind: 'asked', cidr: block.cidr, until: instant(block.until) };
}

function covers(cidr: string, viewer: AddressBlock | undefined): boolean {
  return viewer !== undefined && parseAddressBlock(cidr)?.family === viewer.family && withoutBlocks([viewer.cidr], [cidr]).length === 0;
}
