/** The part of the configuration that says where the status page stands. */
import * as z from 'zod';

export interface StatusConfigInput {
  /** Another region than the main one; default `eu-central-1`, or `eu-west-1` where that is the main one. */
  readonly region?: string;
  /** Host name inside `hostedZone`, e.g. `status.example.com`. Without it, CloudFront's own name is used. */
  readonly domain?: string;
}

export interface StatusConfig {
  readonly region: string;
  readonly domain?: string;
}

const regionFix = 'give an AWS region as in eu-central-1, or leave it out';
const domainFix = 'give a lower-case host name as in status.example.com, without https://';
const regionName = /^[a-z]{2}(-[a-z]+)+-\d$/;
const domainName = /^(?=.{4,253}$)([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;

export const statusSchema = z.strictObject(
  {
    region: z.optional(z.string({ error: regionFix }).regex(regionName, regionFix)),
    domain: z.optional(z.string({ error: domainFix }).regex(domainName, domainFix)),
  },
  {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? 'remove it or correct its spelling; known here: region, domain'
        : 'give an object, or leave it out',
  },
);

export function statusOf({ region, domain }: z.infer<typeof statusSchema>, mainRegion: string): StatusConfig {
  const elsewhere = mainRegion === 'eu-central-1' ? 'eu-west-1' : 'eu-central-1';
  return { region: region ?? elsewhere, ...(domain ? { domain } : {}) };
}

interface Surroundings {
  readonly domain?: string | undefined;
  readonly hostedZone?: { readonly name: string } | undefined;
  readonly region: string;
  readonly status: z.infer<typeof statusSchema>;
  readonly allowRegionsOutsideEurope: boolean;
}

/** What holds between it and the rest. */
export function checkStatus(
  { domain, hostedZone, region, status, allowRegionsOutsideEurope }: Surroundings,
  europeanRegions: readonly string[],
): { field: string; value: unknown; fix: string }[] {
  const problems: { field: string; value: unknown; fix: string }[] = [];
  if (status.region === region) {
    const fix = 'give another region than `region`: what takes that one down must not take the status page with it';
    problems.push({ field: 'status.region', value: region, fix });
  }
  if (status.region && !allowRegionsOutsideEurope && !europeanRegions.includes(status.region)) {
    const fix = `give one of ${europeanRegions.join(', ')}, or set allowRegionsOutsideEurope: true`;
    problems.push({ field: 'status.region', value: status.region, fix });
  }
  if (status.domain && (!hostedZone || !isInside(status.domain, hostedZone.name))) {
    const fix = `give a name inside the hosted zone${hostedZone ? ` ${hostedZone.name}` : ', and hostedZone with it'}`;
    problems.push({ field: 'status.domain', value: status.domain, fix });
  }
  if (status.domain && status.domain === domain) {
    problems.push({ field: 'status.domain', value: status.domain, fix: 'give another name than that of the site' });
  }
  return problems;
}

export function isInside(name: string, zone: string): boolean {
  return name.toLowerCase() === zone || name.toLowerCase().endsWith(`.${zone}`);
}
