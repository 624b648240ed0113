import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import type { OriginSecretVersions, RotatingSecret, SecretVersion } from '../domain/origin-secret/ports.ts';
import { Unavailable } from '../domain/ports.ts';
import { clientOptions } from './client-options.ts';

/** A secret with its staging labels: `AWSPENDING` is the next value, `AWSPREVIOUS` the one before. */
export class SecretsManagerRotatingSecret implements RotatingSecret {
  readonly #arn: string;
  readonly #client: SecretsManagerClient;

  constructor(arn: string, client = new SecretsManagerClient(clientOptions)) {
    this.#arn = arn;
    this.#client = client;
  }

  async read(): Promise<OriginSecretVersions> {
    return this.#call(async () => {
      const described = await this.#client.send(new DescribeSecretCommand({ SecretId: this.#arn }));
      const labelled = Object.entries(described.VersionIdsToStages ?? {});
      const idOf = (stage: string) => labelled.find(([, stages]) => stages.includes(stage))?.[0];
      const currentId = idOf('AWSCURRENT');
      if (currentId === undefined) throw new Error('the secret has no current value');
      const nextId = idOf('AWSPENDING');
      const previousId = idOf('AWSPREVIOUS');
      const [current, next, previous] = await Promise.all([
        this.#readVersion(currentId),
        // Secrets Manager leaves the label on a version that has become current.
        nextId === undefined || nextId === currentId ? undefined : this.#readVersion(nextId),
        previousId === undefined ? undefined : this.#readVersion(previousId),
      ]);
      const changedAt = described.LastChangedDate?.getTime() ?? current.createdAt;
      return { current, changedAt, ...(next && { next }), ...(previous && { previous }) };
    });
  }

  async makeNext(value: string): Promise<void> {
    await this.#call(() =>
      this.#client.send(new PutSecretValueCommand({ SecretId: this.#arn, SecretString: value, VersionStages: ['AWSPENDING'] })),
    );
  }

  /** Secrets Manager moves `AWSPREVIOUS` along, and refuses when `current` isn't any more: of two runs one succeeds. */
  async promote(next: SecretVersion, current: SecretVersion): Promise<void> {
    await this.#move('AWSCURRENT', { MoveToVersionId: next.versionId, RemoveFromVersionId: current.versionId });
  }

  async end(previous: SecretVersion): Promise<void> {
    await this.#move('AWSPREVIOUS', { RemoveFromVersionId: previous.versionId });
  }

  async #move(VersionStage: string, versions: { MoveToVersionId?: string; RemoveFromVersionId: string }): Promise<void> {
    await this.#call(() => this.#client.send(new UpdateSecretVersionStageCommand({ SecretId: this.#arn, VersionStage, ...versions })));
  }

  async #readVersion(VersionId: string): Promise<SecretVersion> {
    const { SecretString, CreatedDate } = await this.#client.send(new GetSecretValueCommand({ SecretId: this.#arn, VersionId }));
    if (!SecretString || !CreatedDate) throw new Error('a version of the secret has no value or no date');
    return { versionId: VersionId, value: SecretString, createdAt: CreatedDate.getTime() };
  }

  async #call<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (cause) {
      throw new Unavailable('secrets', { cause });
    }
  }
}
