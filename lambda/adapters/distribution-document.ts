/** The XML that CloudFront describes a distribution by, read and changed as text: what it says beside stays as it is. */

export interface DistributionDocument {
  readonly status: string;
  readonly domainName: string;
  /** The configuration, as it is sent back to CloudFront. */
  readonly config: string;
  /** Of the header, at each origin that sends it. */
  readonly values: readonly string[];
}

/** @throws Error when it is no such document, or no origin sends the header: then it is not the distribution that it was taken for */
export function readDistribution(xml: string, headerName: string): DistributionDocument {
  const config = /<DistributionConfig>.*<\/DistributionConfig>/s.exec(xml)?.[0];
  const [, namespace = ''] = /<Distribution(\s+xmlns="[^"<>]+")/.exec(xml) ?? [];
  // What stands before and behind the configuration: inside it there are names and states of other things.
  const rest = config === undefined ? '' : xml.replace(config, '');
  const element = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(rest)?.[1];
  const status = element('Status');
  const domainName = element('DomainName');
  if (config === undefined || status === undefined || domainName === undefined) throw new Error('CloudFront described no distribution');
  const values = [...config.matchAll(headerPattern(headerName))].map(([, , value = '']) => value);
  if (values.length === 0) throw new Error(`no origin of the distribution sends ${headerName}`);
  return { status, domainName, config: config.replace('<DistributionConfig>', `<DistributionConfig${namespace}>`), values };
}

/** @param value letters and digits, which XML takes as they are */
export function replaceOriginHeader(config: string, headerName: string, value: string): string {
  if (!/^\w+$/.test(value)) throw new Error('the value of the header must be of letters and digits');
  return config.replace(headerPattern(headerName), (_, before: string, __, after: string) => before + value + after);
}

function headerPattern(name: string): RegExp {
  return new RegExp(`(<HeaderName>\\s*${name}\\s*</HeaderName>\\s*<HeaderValue>)([^<]*)(</HeaderValue>)`, 'gi');
}
