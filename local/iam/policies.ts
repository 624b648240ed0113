/** Finds the policies that apply to a role and to a resource in the synthesized templates. */
import type { Assembly, Json, Resource } from '../assembly/model.ts';
import { awsManagedPolicy } from './managed-policies.ts';

export interface NamedPolicy {
  readonly name: string;
  readonly policy: unknown;
}

export interface PrincipalPolicies {
  readonly identity: readonly NamedPolicy[];
  readonly boundary: NamedPolicy | undefined;
}

export interface Policies {
  ofRole(role: Resource): PrincipalPolicies;
  /** The resource's own policy; undefined if it has none. */
  ofResource(arn: string): unknown;
}

/** Where a resource type's policy stands: the policy resource's type, and its property that names the resources. */
const policyResources = [
  { type: 'AWS::SQS::QueuePolicy', targets: 'Queues', document: 'PolicyDocument' },
  { type: 'AWS::SNS::TopicPolicy', targets: 'Topics', document: 'PolicyDocument' },
  { type: 'AWS::SecretsManager::ResourcePolicy', targets: 'SecretId', document: 'ResourcePolicy' },
  { type: 'AWS::S3::BucketPolicy', targets: 'Bucket', document: 'PolicyDocument' },
] as const;

export function readPolicies(assembly: Assembly): Policies {
  return {
    ofRole(role) {
      const boundary: string | undefined = role.properties.PermissionsBoundary;
      return {
        identity: [...inlinePolicies(role), ...attachedPolicies(assembly, role), ...managedPolicies(assembly, role)],
        boundary: boundary === undefined ? undefined : managedPolicy(assembly, boundary),
      };
    },
    ofResource(arn) {
      // An object is ruled by its bucket's policy.
      const resource = assembly.find(arn) ?? assembly.find(arn.replace(/^(arn:aws:s3:::[^/]+)\/.*$/s, '$1'));
      if (resource === undefined) return undefined;
      const own = resource.properties.KeyPolicy ?? resource.properties.ResourcePolicy?.PolicyDocument;
      if (own !== undefined) return own;
      for (const { type, targets, document } of policyResources) {
        const holder = assembly
          .ofType(type)
          .find(({ properties }) => asList(properties[targets]).some((target) => assembly.find(target) === resource));
        if (holder !== undefined) return holder.properties[document];
      }
      return undefined;
    },
  };
}

function inlinePolicies(role: Resource): NamedPolicy[] {
  const inline: { PolicyName: string; PolicyDocument: unknown }[] = role.properties.Policies ?? [];
  return inline.map(({ PolicyName, PolicyDocument }) => ({ name: `${role.logicalId}/${PolicyName}`, policy: PolicyDocument }));
}

/** Policies that name the role, rather than the role them. */
function attachedPolicies(assembly: Assembly, role: Resource): NamedPolicy[] {
  return ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy']
    .flatMap((type) => assembly.ofType(type))
    .filter(({ properties }) => asList(properties.Roles).includes(role.ref))
    .map(({ logicalId, properties }) => ({ name: logicalId, policy: properties.PolicyDocument }));
}

function managedPolicies(assembly: Assembly, role: Resource): NamedPolicy[] {
  return asList(role.properties.ManagedPolicyArns).map((arn) => managedPolicy(assembly, arn));
}

function managedPolicy(assembly: Assembly, arn: string): NamedPolicy {
  const resource = assembly.find(arn);
  return { name: arn, policy: resource === undefined ? awsManagedPolicy(arn) : resource.properties.PolicyDocument };
}

function asList(value: Json | undefined): string[] {
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]) as string[];
}
