/**
 * Where functions call the edge from: an address of their own, as Lambda's are not those of the people who come. What a function
 * asks for must not count against the rates of whoever tries the system out from 127.0.0.1.
 */
import { createServer } from 'node:net';

const ownAddress = '127.1.0.1';

/** @returns undefined where this machine has no such address, as macOS by default: functions then call as everybody does */
export async function findOutgoingAddress(): Promise<string | undefined> {
  const probe = createServer();
  try {
    await new Promise<void>((bound, failed) => {
      probe.once('error', failed);
      probe.listen(0, ownAddress, bound);
    });
    return ownAddress;
  } catch {
    return undefined;
  } finally {
    probe.close();
  }
}
