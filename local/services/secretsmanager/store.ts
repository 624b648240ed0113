/** Secrets of the assembly, generated at the first start and kept. */
import { randomUUID } from 'node:crypto';
import type { Resource } from '../../assembly/model.ts';
import type { Collection } from '../../state.ts';
import { AwsError } from '../aws-error.ts';
import type { ServiceContext } from '../service.ts';
import { generateSecretString } from './generate-secret-string.ts';

export type VersionStage = 'AWSCURRENT' | 'AWSPREVIOUS';

export interface SecretVersion {
  readonly versionId: string;
  readonly value: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

export type SecretVersions = { readonly [stage in VersionStage]?: SecretVersion };

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

  constructor(context: ServiceContext) {
    this.context = context;
    this.#versions = context.state.collection('secrets');
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
    const version = this.versions(secret)[stage as VersionStage];
    if (version === undefined) {
      throw new AwsError('ResourceNotFoundException', `Secrets Manager can't find the specified secret value for staging label: ${stage}`);
    }
    return version;
  }

  /** Makes the value current; the one before stays valid as AWSPREVIOUS. */
  put(secret: Secret, value: string): SecretVersion {
    const version = { versionId: randomUUID(), value, createdAt: this.context.clock.now() };
    const previous = this.versions(secret).AWSCURRENT;
    this.#versions.put(secret.arn, { AWSCURRENT: version, ...(previous === undefined ? {} : { AWSPREVIOUS: previous }) });
    return version;
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
