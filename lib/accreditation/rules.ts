/** What P10 asks of the templates, as rules over what CloudFormation will get. Pure. */
import { accreditedServices, keysOfStores, replicasOfStores, storesOfPersonalData, typesOfTheCdk } from '../../contract/accreditation.ts';

export const ruleNames = {
  service: 'AccreditedService',
  key: 'CustomerManagedKey',
  region: 'ChosenRegion',
} as const;

export interface JudgedTemplate {
  readonly region: string | undefined;
  /** As in the template: by logical id. */
  readonly resources: Readonly<Record<string, { readonly Type: string; readonly Properties?: unknown }>>;
}

export interface Fault {
  readonly rule: (typeof ruleNames)[keyof typeof ruleNames];
  readonly logicalId: string;
  readonly location: string;
  readonly description: string;
  readonly fix: string;
}

/**
 * @param regions those that the configuration chose for data
 * @returns a fault for each resource of a service that nobody looked at, each store without a key of ours, and each that leaves the regions
 */
export function judgeTemplate({ region, resources }: JudgedTemplate, regions: readonly string[]): Fault[] {
  return Object.entries(resources).flatMap(([logicalId, { Type: type, Properties: properties = {} }]) => [
    ...judgeService(logicalId, type),
    ...judgeKey(logicalId, type, properties),
    ...judgeRegion(logicalId, type, properties, region, regions),
  ]);
}

function judgeService(logicalId: string, type: string): Fault[] {
  const service = /^AWS::(\w+)::/.exec(type)?.[1];
  if ((service !== undefined && Object.hasOwn(accreditedServices, service)) || (typesOfTheCdk as readonly string[]).includes(type))
    return [];
  return [
    {
      rule: ruleNames.service,
      logicalId,
      location: 'Type',
      description: `${logicalId} is of ${type}, whose service is not in the table of contract/accreditation.ts.`,
      fix: 'Look at https://aws.amazon.com/compliance/services-in-scope/ whether the service is in the scope of the programmes that P10 names; then add it to the table with its source, or do without it.',
    },
  ];
}

function judgeKey(logicalId: string, type: string, properties: unknown): Fault[] {
  const path = keysOfStores[type];
  if (path === undefined) return [];
  const keys = valuesAt(properties, path.split('.'));
  if (keys.length > 0 && keys.every(isKeyOfOurs)) return [];
  return [
    {
      rule: ruleNames.key,
      logicalId,
      location: `Properties/${path.replaceAll('.', '/')}`,
      description: `${logicalId} (${type}) is a store without a customer-managed key.`,
      fix: 'Give it the data key of its region (lib/constructs/encryption-key.ts).',
    },
  ];
}

function isKeyOfOurs(key: unknown): boolean {
  return key !== undefined && key !== '' && !JSON.stringify(key).includes('alias/aws/');
}

function judgeRegion(
  logicalId: string,
  type: string,
  properties: unknown,
  region: string | undefined,
  regions: readonly string[],
): Fault[] {
  const holdsPeople = (storesOfPersonalData as readonly string[]).includes(type);
  const places = [
    ...(holdsPeople && region !== undefined ? [{ at: 'Type', region: region as unknown }] : []),
    ...valuesAt(properties, replicasOfStores[type]?.split('.')).map((value) => ({ at: 'Properties', region: value })),
    ...(type === 'AWS::S3::Bucket' ? replicatedBuckets(properties) : []),
  ];
  return places
    .filter((place) => typeof place.region !== 'string' || !regions.includes(place.region))
    .map((place) => ({
      rule: ruleNames.region,
      logicalId,
      location: place.at,
      description: `${logicalId} (${type}) keeps data in ${typeof place.region === 'string' ? place.region : 'a region that the template does not name'}, outside of ${regions.join(' and ')}.`,
      fix: 'Put it into a stack of those regions, or choose another `region` or `status.region` in the configuration.',
    }));
}

/** A bucket's name does not say where it is: no bucket of ours is replicated, and one that is must be looked at. */
function replicatedBuckets(properties: unknown): { at: string; region: unknown }[] {
  return valuesAt(properties, ['ReplicationConfiguration', 'Rules', '*', 'Destination', 'Bucket']).map(() => ({
    at: 'Properties/ReplicationConfiguration',
    region: undefined,
  }));
}

/** The values at a path; undefined stands for one that is missing where the path leads on. */
function valuesAt(value: unknown, path: readonly string[] | undefined): unknown[] {
  if (path === undefined) return [];
  const [step, ...rest] = path;
  if (step === undefined) return [value];
  if (step === '*') return Array.isArray(value) ? value.flatMap((element) => valuesAt(element, rest)) : [];
  const next = (value as Record<string, unknown> | undefined)?.[step];
  return next === undefined ? [] : valuesAt(next, rest);
}
