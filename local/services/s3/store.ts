/** The objects that were written while the system runs. They stay over restarts; what a deployment would have put beside them is not here. */
import { createHash } from 'node:crypto';
import type { Resource } from '../../assembly/model.ts';
import type { Collection } from '../../state.ts';
import { AwsError } from '../aws-error.ts';
import { requireAccess, type ServiceContext } from '../service.ts';

export interface StoredObject {
  readonly body: Buffer;
  readonly contentType: string;
  readonly cacheControl: string | undefined;
  readonly etag: string;
  readonly lastModified: string;
}

interface Kept extends Omit<StoredObject, 'body'> {
  /** Base64. */
  readonly body: string;
}

export class ObjectStore {
  readonly context: ServiceContext;
  readonly #objects: Collection<Kept>;

  constructor(context: ServiceContext) {
    this.context = context;
    this.#objects = context.state.collection('objects');
  }

  /** @throws AwsError `NoSuchBucket` */
  bucket(name: string): Resource {
    const found = this.context.assembly.ofType('AWS::S3::Bucket').find(({ ref }) => ref === name);
    if (found === undefined) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
    return found;
  }

  buckets(): Resource[] {
    return this.context.assembly.ofType('AWS::S3::Bucket');
  }

  read(bucket: string, key: string): StoredObject | undefined {
    const kept = this.#objects.get(placeOf(bucket, key));
    return kept && { ...kept, body: Buffer.from(kept.body, 'base64') };
  }

  write(bucket: string, key: string, body: Buffer, contentType: string, cacheControl: string | undefined): StoredObject {
    const etag = `"${createHash('md5').update(body).digest('hex')}"`;
    const lastModified = new Date(this.context.clock.now()).toISOString();
    const object = { contentType, cacheControl, etag, lastModified };
    this.#objects.put(placeOf(bucket, key), { ...object, body: body.toString('base64') });
    return { ...object, body };
  }

  /** What IAM asks of a caller: the action on the object, and the use of the bucket's key in the caller's name. */
  async requireAccess(
    bucket: Resource,
    key: string,
    roleArn: string,
    action: 'GetObject' | 'PutObject',
    conditions: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const arn = `arn:aws:s3:::${bucket.ref}/${key}`;
    await requireAccess(this.context, roleArn, `s3:${action}`, arn, conditions);
    const [rule] = (bucket.properties.BucketEncryption?.ServerSideEncryptionConfiguration ?? []) as {
      ServerSideEncryptionByDefault?: { KMSMasterKeyID?: string };
    }[];
    const keyArn = rule?.ServerSideEncryptionByDefault?.KMSMasterKeyID;
    if (keyArn === undefined) return;
    await requireAccess(this.context, roleArn, action === 'PutObject' ? 'kms:GenerateDataKey' : 'kms:Decrypt', keyArn, {
      'kms:ViaService': `s3.${regionOf(bucket)}.amazonaws.com`,
      'kms:CallerAccount': this.context.assembly.account,
    });
  }
}

export function regionOf({ attributes }: Resource): string {
  return String(attributes.RegionalDomainName).split('.').at(-3) ?? '';
}

/** Names of buckets have no slash. */
function placeOf(bucket: string, key: string): string {
  return `${bucket}/${key}`;
}
