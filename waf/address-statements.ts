/** Statements about where a request comes from: IP sets and countries, of the connection or of a forwarding header. */
import { type Address, parseAddress } from './addresses.ts';
import { type Compilation, type Evaluation, leaf, type Statement } from './evaluation.ts';
import { readChoice, readProperties, readString, readStrings, refuse, WebAclError } from './template.ts';

export interface ForwardedConfig {
  readonly headerName: string;
  /** Whether a header without a valid address counts as a match. */
  readonly fallback: boolean;
  readonly position: 'FIRST' | 'LAST' | 'ANY';
}

/**
 * @param positions that the statement may choose from; none where AWS WAF takes the first
 */
export function readForwardedConfig(value: unknown, place: string, positions: readonly ForwardedConfig['position'][]): ForwardedConfig {
  const properties = readProperties(value, place, ['HeaderName', 'FallbackBehavior', ...(positions.length > 0 ? ['Position'] : [])]);
  return {
    headerName: readString(properties.HeaderName, `${place}.HeaderName`).toLowerCase(),
    fallback: readChoice(properties.FallbackBehavior, `${place}.FallbackBehavior`, ['MATCH', 'NO_MATCH']) === 'MATCH',
    position: positions.length > 0 ? readChoice(properties.Position, `${place}.Position`, positions) : 'FIRST',
  };
}

/**
 * Addresses at the position, `undefined` where there is text that is none.
 *
 * @returns `undefined` when the header is missing, and then the rule doesn't apply
 */
export function forwardedAddresses(
  evaluation: Evaluation,
  { headerName, position }: ForwardedConfig,
): readonly (Address | undefined)[] | undefined {
  const values = evaluation.view.headerValues(headerName);
  if (values.length === 0) {
    evaluation.isRuleSkipped = true;
    return undefined;
  }
  const listed = values.join(',').split(',');
  // AWS WAF looks at the last ten: the ones in front are the easiest to forge.
  const chosen = position === 'ANY' ? listed.slice(-10) : [position === 'FIRST' ? listed[0] : listed.at(-1)];
  return chosen.map((text) => parseAddress((text ?? '').trim()));
}

function seeForwarded(addresses: readonly (Address | undefined)[] | undefined, { headerName }: ForwardedConfig): string {
  if (addresses === undefined) return `no header ${headerName}: the rule does not apply`;
  return `${headerName}: ${addresses.map((address) => address?.text ?? 'no valid address').join(', ')}`;
}

/** `portiere-blocked-ipv4` of its ARN. */
function nameOf(arn: string): string {
  return /[:/]ipset\/([^/]+)\//.exec(arn)?.[1] ?? arn;
}

export function compileIpSetReference(settings: unknown, compilation: Compilation, place: string): Statement {
  const properties = readProperties(settings, place, ['Arn', 'IPSetForwardedIPConfig']);
  const arn = readString(properties.Arn, `${place}.Arn`);
  compilation.ipSetArns.add(arn);
  const setOf = ({ ipSets }: Evaluation) => {
    const set = ipSets.get(arn);
    if (set === undefined) throw new WebAclError(`${place}: the IP set ${arn} is unknown. Put it among the IP sets, empty if need be.`);
    return set;
  };
  const statement = 'IPSetReferenceStatement';
  if (properties.IPSetForwardedIPConfig === undefined) {
    return leaf(
      statement,
      `the address is in ${nameOf(arn)}`,
      (evaluation) => {
        const set = setOf(evaluation);
        const { source } = evaluation.view;
        return source !== undefined && set.find(source) !== undefined;
      },
      (evaluation) => {
        const { source } = evaluation.view;
        const set = setOf(evaluation);
        return [see(source, source && set.find(source), set.size)];
      },
    );
  }
  const config = readForwardedConfig(properties.IPSetForwardedIPConfig, `${place}.IPSetForwardedIPConfig`, ['FIRST', 'LAST', 'ANY']);
  return leaf(
    statement,
    `${config.position === 'ANY' ? 'one of the last ten addresses' : `the ${config.position.toLowerCase()} address`} of ${config.headerName} is in ${nameOf(arn)}`,
    (evaluation) => {
      const set = setOf(evaluation);
      const addresses = forwardedAddresses(evaluation, config);
      if (addresses === undefined) return false;
      for (const address of addresses) if (address !== undefined && set.find(address) !== undefined) return true;
      return config.fallback && addresses.includes(undefined);
    },
    (evaluation) => {
      const set = setOf(evaluation);
      const addresses = forwardedAddresses(evaluation, config);
      return [
        seeForwarded(addresses, config),
        ...(addresses ?? []).flatMap((address) => (address === undefined ? [] : [see(address, set.find(address), set.size)])),
      ];
    },
  );
}

function see(address: Address | undefined, block: string | undefined, size: number): string {
  if (address === undefined) return 'no valid address';
  if (size === 0) return `${address.text}; the set is empty`;
  return block === undefined ? `${address.text} is in none of ${size} blocks` : `${address.text} is in ${block}, of ${size} blocks`;
}

/** AWS WAF's code for what it can't locate. */
const nowhere = 'XX';

export function compileGeoMatch(settings: unknown, compilation: Compilation, place: string): Statement {
  const properties = readProperties(settings, place, ['CountryCodes', 'ForwardedIPConfig']);
  const codes = new Set(readStrings(properties.CountryCodes, `${place}.CountryCodes`, 1, 50));
  const { locate } = compilation.references;
  if (locate === undefined) return refuse(place, 'there is no way to tell the country of an address', 'Pass references.locate');
  const config =
    properties.ForwardedIPConfig === undefined
      ? undefined
      : readForwardedConfig(properties.ForwardedIPConfig, `${place}.ForwardedIPConfig`, []);
  const labelPrefix = `awswaf:${config === undefined ? 'clientip' : 'forwardedip'}:geo:`;
  const locationOf = (address: Address | undefined) => {
    const { country = nowhere, region = nowhere } = (address && locate(address.text)) ?? {};
    return { country, region };
  };
  return leaf(
    'GeoMatchStatement',
    `${config === undefined ? 'the address' : `the first address of ${config.headerName}`} is in ${[...codes].join(' or ')}`,
    (evaluation) => {
      let address = evaluation.view.source;
      if (config !== undefined) {
        const forwarded = forwardedAddresses(evaluation, config);
        if (forwarded === undefined) return false;
        address = forwarded[0];
        if (address === undefined) return config.fallback;
      }
      const { country, region } = locationOf(address);
      // Every request that the statement looks at is labelled, matching or not.
      evaluation.pendingLabels.push(`${labelPrefix}country:${country}`, `${labelPrefix}region:${country}-${region}`);
      return codes.has(country);
    },
    (evaluation) => {
      const addresses = config === undefined ? [evaluation.view.source] : forwardedAddresses(evaluation, config);
      const address = addresses?.[0];
      if (config !== undefined && address === undefined) return [seeForwarded(addresses, config)];
      const { country, region } = locationOf(address);
      return [`${address?.text ?? 'no valid address'}: country ${country}, region ${region}`];
    },
  );
}
