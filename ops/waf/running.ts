/** The web ACL of the local system that runs: its template, and what its IP sets hold at this moment. */
import { GetIPSetCommand, WAFV2Client } from '@aws-sdk/client-wafv2';
import { clientOptions } from '../../lambda/adapters/client-options.ts';
import { askConsole, type LocalAccess } from '../access.ts';

export interface RunningFirewall {
  /** Folder of the assembly. */
  readonly template: string;
  /** Of IP sets by name. */
  readonly contents: Readonly<Record<string, readonly string[]>>;
}

/** @throws OperatorError when no local system answers */
export async function readRunning(): Promise<RunningFirewall> {
  const { endpoint, credentials, resources, assembly } = await askConsole<LocalAccess>('/api/operator');
  // Web ACLs of CloudFront are in this region alone.
  const waf = new WAFV2Client({ ...clientOptions, endpoint, credentials, region: 'us-east-1' });
  const sets = resources.filter(({ type }) => type === 'AWS::WAFv2::IPSet').map(({ ref }) => ref.split('|'));
  const contents = await Promise.all(
    sets.map(async ([Name, Id]) => {
      const { IPSet } = await waf.send(new GetIPSetCommand({ Name, Id, Scope: 'CLOUDFRONT' }));
      return [Name ?? '', IPSet?.Addresses ?? []] as const;
    }),
  );
  waf.destroy();
  return { template: assembly, contents: Object.fromEntries(contents) };
}
