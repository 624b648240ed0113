import type { Input } from '../json-protocol.ts';
import { requireAccess } from '../service.ts';
import type { IpSetStore } from './store.ts';

export async function getIpSet(store: IpSetStore, input: Input, roleArn: string): Promise<object> {
  const set = store.find(input);
  await requireAccess(store.context, roleArn, 'wafv2:GetIPSet', set.arn);
  const { addresses, lockToken } = store.content(set);
  return {
    IPSet: {
      ARN: set.arn,
      Id: set.id,
      Name: set.name,
      IPAddressVersion: set.family,
      Addresses: addresses,
      ...(set.description !== undefined && { Description: set.description }),
    },
    LockToken: lockToken,
  };
}
