/** Secrets of the assembly, generated at the first start and kept. */
import { randomUUID } from 'node:crypto';
import type { Resource } from '../../assembly/model.ts';
import type { Collection } from '../../state.ts';
import { AwsError } from '../aws-error.ts';
import type { ServiceContext } from '../service.ts';
import { generateSecretString } from './generate-secret-string.ts';

export interface SecretVersion {
  readonly versionId: string;
  readonly value: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

/** By staging label: a version without one is as good as gone. */
export type SecretVersions = Readonly<Record<string, SecretVersion | undefined>>;

export interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly description: string | undefined;
  /** ARN of the customer-managed key; undefined for the key that AWS manages. */
  readonly keyArn: string | undefined;
}

export class SecretStore {
  readonly context: ServiceContext;
  readonly #secrets: Secret[];
  readonly #versions: Collection<SecretVersions>;
  readonly #changes: Collection<number>;

  constructor(context: ServiceContext) {
    this.context = context;
    this.#versions = context.state.collection('secrets');
    this.#changes = context.state.collection('secret-changes');
    this.#secrets = context.assembly.ofType('AWS::SecretsManager::Secret').map((resource) => this.#prepare(resource));
  }

  /** @throws AwsError `ResourceNotFoundException` */
  find(arnOrName: string): Secret {
    const secret = this.#secrets.find(({ arn, name }) => arnOrName === arn || arnOrName === name || arn.startsWith(`${arnOrName}-`));
    if (secret === undefined) throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    return secret;
  }

  versions(secret: Secret): SecretVersions {
    return this.#versions.get(secret.arn) ?? {};
  }

  /** @throws AwsError `ResourceNotFoundException` when no version carries the stage */
  version(secret: Secret, stage = 'AWSCURRENT'): SecretVersion {
    const version = this.versions(secret)[stage];
    if (version === undefined) {
      throw new AwsError('ResourceNotFoundException', `Secrets Manager can't find the specified secret value for staging label: ${stage}`);
    }
    return version;
  }

  /** When anything about the secret last changed: epoch milliseconds. */
  changedAt(secret: Secret): number {
    return this.#changes.get(secret.arn) ?? this.version(secret).createdAt;
  }

  /**
   * Adds a version; one that becomes current leaves the one before as AWSPREVIOUS.
   *
   * @throws AwsError `ResourceExistsException` when the token was used for another value
   */
  put(secret: Secret, value: string, stages: readonly string[] = ['AWSCURRENT'], versionId: string = randomUUID()): SecretVersion {
    const versions = this.versions(secret);
    const known = Object.values(versions).find((version) => version?.versionId === versionId);
    if (known !== undefined && known.value !== value) {
      throw new AwsError('ResourceExistsException', `A resource with the ID you requested already exists: ${versionId}`);
    }
    const version = known ?? { versionId, value, createdAt: this.context.clock.now() };
    const previous = stages.includes('AWSCURRENT') && known === undefined ? versions.AWSCURRENT : undefined;
    this.#write(secret, {
      ...versions,
      ...(previous === undefined ? {} : { AWSPREVIOUS: previous }),
      ...Object.fromEntries(stages.map((stage) => [stage, version])),
    });
    return version;
  }

  /** @throws AwsError `InvalidParameterException` when the label is not where the caller takes it to be, or would leave nothing current */
  moveStage(secret: Secret, stage: string, { to, from }: { readonly to?: string; readonly from?: string }): void {
    const versions = this.versions(secret);
    const holder = versions[stage];
    if (holder?.versionId !== from) {
      const where = holder === undefined ? 'attached to no version' : `currently attached to version ${holder.versionId}`;
      throw new AwsError('InvalidParameterException', `The staging label ${stage} is ${where}, not to ${from ?? 'none'}.`);
    }
    const target = Object.values(versions).find((version) => version?.versionId === to);
    if (to !== undefined && target === undefined) {
      throw new AwsError('ResourceNotFoundException', `Secrets Manager can't find the specified secret value for VersionId: ${to}`);
    }
    if (to === undefined && stage === 'AWSCURRENT') {
      throw new AwsError('InvalidParameterException', 'You can only move staging label AWSCURRENT to a different secret version.');
    }
    this.#write(secret, {
      ...versions,
      ...(stage === 'AWSCURRENT' && holder !== undefined ? { AWSPREVIOUS: holder } : {}),
      [stage]: target,
    });
  }

  #write(secret: Secret, versions: SecretVersions): void {
    this.context.state.atomically(() => {
      this.#versions.put(secret.arn, versions);
      this.#changes.put(secret.arn, this.context.clock.now());
    });
  }

  #prepare(resource: Resource): Secret {
    const { Name, SecretString, GenerateSecretString, Description, KmsKeyId } = resource.properties;
    const keyArn = KmsKeyId === undefined ? undefined : (this.context.assembly.find(KmsKeyId)?.attributes.Arn as string | undefined);
    const name = Name ?? resource.ref.split(':secret:')[1]?.slice(0, -'-000000'.length);
    const secret: Secret = { arn: resource.ref, name, description: Description, keyArn };
    if (this.#versions.get(secret.arn) === undefined) this.put(secret, SecretString ?? generateSecretString(GenerateSecretString ?? {}));
    return secret;
  }
}
