/** The IP sets of the local system, through the SDK: what WAF takes, what it refuses, and what stays. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetIPSetCommand, UpdateIPSetCommand, WAFV2Client } from '@aws-sdk/client-wafv2';
import { arn, type RunningServices, role, startOn, writeAssembly } from './services-fixture.ts';

const set = (name: string, family: string, addresses: string[] = []) => ({
  Type: 'AWS::WAFv2::IPSet',
  Properties: { Name: name, Scope: 'CLOUDFRONT', IPAddressVersion: family, Addresses: addresses, Description: 'a test' },
});
const assemblyWith = (addresses: string[]) =>
  writeAssembly({
    Firewall: {
      template: {
        Resources: {
          Writer: role({ Action: ['wafv2:GetIPSet', 'wafv2:UpdateIPSet'], Resource: [arn('V4'), arn('V6')] }),
          Reader: role({ Action: 'wafv2:GetIPSet', Resource: arn('V4') }),
          V4: set('blocked-ipv4', 'IPV4', addresses),
          V6: set('blocked-ipv6', 'IPV6'),
        },
      },
      region: 'us-east-1',
    },
  });
const directory = assemblyWith([]);

let running: RunningServices;
beforeEach(async () => {
  running = await startOn(directory);
});
afterEach(() => running.stop());

const identify = (logicalId: 'V4' | 'V6') => {
  const [, Name, Id] = /ipset\/([^/]+)\/(.+)$/.exec(running.arnOf(logicalId)) ?? [];
  return { Name, Id, Scope: 'CLOUDFRONT' as const };
};
const client = (roleId = 'Writer') => new WAFV2Client({ ...running.clientAs(roleId), region: 'us-east-1' });
const read = (logicalId: 'V4' | 'V6' = 'V4') => client().send(new GetIPSetCommand(identify(logicalId)));
const write = (Addresses: string[], LockToken: string | undefined, logicalId: 'V4' | 'V6' = 'V4') =>
  client().send(new UpdateIPSetCommand({ ...identify(logicalId), Addresses, LockToken }));

describe('an IP set', () => {
  it('gives what was written to it, and tells whoever reads it for the edge', async () => {
    const heard: unknown[] = [];
    running.services.ipSets.onChange((changed, addresses) => heard.push([changed, addresses]));
    const { LockToken } = await read();

    const { NextLockToken } = await write(['203.0.113.0/24'], LockToken);

    expect(await read()).toMatchObject({ IPSet: { Addresses: ['203.0.113.0/24'], IPAddressVersion: 'IPV4' }, LockToken: NextLockToken });
    expect(heard).toEqual([[running.arnOf('V4'), ['203.0.113.0/24']]]);
  });

  it('spells IPv6 in full, as WAF does', async () => {
    await write(['2001:db8::/32'], (await read('V6')).LockToken, 'V6');

    expect((await read('V6')).IPSet?.Addresses).toEqual(['2001:0db8:0000:0000:0000:0000:0000:0000/32']);
  });

  it('refuses a write with the token of an older reading, and keeps what it has', async () => {
    const { LockToken } = await read();
    await write(['203.0.113.0/24'], LockToken);

    await expect(write([], LockToken)).rejects.toMatchObject({ name: 'WAFOptimisticLockException' });
    expect((await read()).IPSet?.Addresses).toEqual(['203.0.113.0/24']);
  });

  it('refuses a second update within the second', async () => {
    const { NextLockToken } = await write(['203.0.113.0/24'], (await read()).LockToken);

    await expect(write([], NextLockToken)).rejects.toMatchObject({ name: 'ThrottlingException' });
  });

  it.each([
    ['what is no block', ['203.0.113.7'], 'WAFInvalidParameterException'],
    ['the other family', ['2001:db8::/32'], 'WAFInvalidParameterException'],
    ['everybody', ['0.0.0.0/0'], 'WAFInvalidParameterException'],
    [
      'more than it holds',
      Array.from({ length: 10_001 }, (_, index) => `20.${index >> 8}.${index & 255}.0/24`),
      'WAFLimitsExceededException',
    ],
  ])('refuses %s', async (_, addresses, name) => {
    const { LockToken } = await read();

    await expect(write(addresses, LockToken)).rejects.toMatchObject({ name });
  });

  it('is written by nobody whose role does not say so', async () => {
    const { LockToken } = await read();
    const reader = client('Reader');

    const attempt = reader.send(new UpdateIPSetCommand({ ...identify('V4'), Addresses: [], LockToken }));

    await expect(attempt).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(reader.send(new GetIPSetCommand(identify('V6')))).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it('keeps what was written over a restart, until a template says something else than before', async () => {
    const dataDirectory = mkdtempSync(join(tmpdir(), 'ip-sets-'));
    const restart = async (assembly: string) => {
      await running.stop();
      running = await startOn(assembly, dataDirectory);
      return (await read()).IPSet?.Addresses;
    };
    await restart(directory);
    await write(['203.0.113.0/24'], (await read()).LockToken);

    expect(await restart(directory)).toEqual(['203.0.113.0/24']);
    expect(await restart(assemblyWith(['198.51.100.0/24']))).toEqual(['198.51.100.0/24']);
    rmSync(dataDirectory, { recursive: true });
  });
});
