import type { Input } from '../json-protocol.ts';
import { requireAccess } from '../service.ts';
import type { IpSetStore } from './store.ts';

export async function updateIpSet(store: IpSetStore, input: Input, roleArn: string): Promise<object> {
  const set = store.find(input);
  await requireAccess(store.context, roleArn, 'wafv2:UpdateIPSet', set.arn);
  return { NextLockToken: store.update(set, input.Addresses, input.LockToken) };
}
