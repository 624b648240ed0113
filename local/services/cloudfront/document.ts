/** A distribution as CloudFront describes it in XML: the origins and the headers that they get, which is all that may change here. */
import { AwsError } from '../aws-error.ts';
import type { LocalDistribution, LocalOrigin } from './store.ts';

const namespace = 'http://cloudfront.amazonaws.com/doc/2020-05-31/';

export interface Described {
  readonly distribution: LocalDistribution;
  readonly domainName: string;
  readonly origins: readonly LocalOrigin[];
}

export function renderDistribution({ distribution, domainName, origins }: Described): string {
  const { id, arn } = distribution;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Distribution xmlns="${namespace}"><Id>${escapeText(id)}</Id><ARN>${escapeText(arn)}</ARN><Status>Deployed</Status><InProgressInvalidationBatches>0</InProgressInvalidationBatches><DomainName>${escapeText(domainName)}</DomainName><DistributionConfig>${renderConfig(distribution, origins)}</DistributionConfig></Distribution>`;
}

function renderConfig({ comment }: LocalDistribution, origins: readonly LocalOrigin[]): string {
  return `<Comment>${escapeText(comment)}</Comment><Enabled>true</Enabled><Origins><Quantity>${origins.length}</Quantity><Items>${origins.map(renderOrigin).join('')}</Items></Origins>`;
}

function renderOrigin({ id, domainName, headers }: LocalOrigin): string {
  const items = headers.map(
    ({ name, value }) =>
      `<OriginCustomHeader><HeaderName>${escapeText(name)}</HeaderName><HeaderValue>${escapeText(value)}</HeaderValue></OriginCustomHeader>`,
  );
  const custom = `<Quantity>${headers.length}</Quantity>${items.length === 0 ? '' : `<Items>${items.join('')}</Items>`}`;
  return `<Origin><Id>${escapeText(id)}</Id><DomainName>${escapeText(domainName)}</DomainName><CustomHeaders>${custom}</CustomHeaders></Origin>`;
}

/**
 * The origins with the values of headers as an update says them.
 *
 * @throws AwsError `MalformedInput` when the update would change anything else: the local edge would not do as it says
 */
export function readUpdate(body: string, distribution: LocalDistribution, origins: readonly LocalOrigin[]): LocalOrigin[] {
  const values = [...body.matchAll(/<HeaderValue>([^<]*)<\/HeaderValue>/g)].map(([, value = '']) => readText(value));
  const updated = origins.map((origin) => ({
    ...origin,
    headers: origin.headers.map(({ name }) => ({ name, value: values.shift() ?? '' })),
  }));
  const expected = `<DistributionConfig xmlns="${namespace}">${renderConfig(distribution, updated)}</DistributionConfig>`;
  if (body.replace(/^<\?xml[^>]*\?>\s*/, '') !== expected) {
    throw new AwsError(
      'MalformedInput',
      'The local system changes the values of headers for an origin, and nothing else of a distribution.',
    );
  }
  return updated;
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function readText(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
