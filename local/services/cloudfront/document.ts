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
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Distribution xmlns="${namespace}"><Id>${escape(id)}</Id><ARN>${escape(arn)}</ARN><Status>Deployed</Status><InProgressInvalidationBatches>0</InProgressInvalidationBatches><DomainName>${escape(domainName)}</DomainName><DistributionConfig>${renderConfig(distribution, origins)}</DistributionConfig></Distribution>`;
}

function renderConfig({ comment }: LocalDistribution, origins: readonly LocalOrigin[]): string {
  return `<Comment>${escape(comment)}</Comment><Enabled>true</Enabled><Origins><Quantity>${origins.length}</Quantity><Items>${origins.map(renderOrigin).join('')}</Items></Origins>`;
}

function renderOrigin({ id, domainName, headers }: LocalOrigin): string {
  const items = headers.map(
    ({ name, value }) =>
      `<OriginCustomHeader><HeaderName>${escape(name)}</HeaderName><HeaderValue>${escape(value)}</HeaderValue></OriginCustomHeader>`,
  );
  const custom = `<Quantity>${headers.length}</Quantity>${items.length === 0 ? '' : `<Items>${items.join('')}</Items>`}`;
  return `<Origin><Id>${escape(id)}</Id><DomainName>${escape(domainName)}</DomainName><CustomHeaders>${custom}</CustomHeaders></Origin>`;
}

/**
 * The origins with the values of headers as an update says them.
 *
 * @throws AwsError `MalformedInput` when the update would change anything else: the local edge would not do as it says
 */
export function readUpdate(body: string, distribution: LocalDistribution, origins: readonly LocalOrigin[]): LocalOrigin[] {
  const values = [...body.matchAll(/<HeaderValue>([^<]*)<\/HeaderValue>/g)].map(([, value = '']) => unescape(value));
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

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function unescape(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
