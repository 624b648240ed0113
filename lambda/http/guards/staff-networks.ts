import { BlockList, isIP } from 'node:net';

const lists = new WeakMap<readonly string[], BlockList>();

/** @param networks CIDR blocks of either family, as the configuration was checked to have them; undefined: from anywhere */
export function isFromStaffNetwork(networks: readonly string[] | undefined, address: string): boolean {
  if (networks === undefined) return true;
  const family = familyOf(address);
  return family !== undefined && listOf(networks).check(address, family);
}

function listOf(networks: readonly string[]): BlockList {
  const known = lists.get(networks);
  if (known) return known;
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    list.addSubnet(address, Number(bits), familyOf(address));
  }
  lists.set(networks, list);
  return list;
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(address);
  return version === 0 ? undefined : version === 4 ? 'ipv4' : 'ipv6';
}
