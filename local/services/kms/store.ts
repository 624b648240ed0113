/** Keys of the assembly. Their material is made at the first start, kept in the data folder, and leaves this file only through use. */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import type { Resource } from '../../assembly/model.ts';
import type { Collection } from '../../state.ts';
import { AwsError } from '../aws-error.ts';
import { requireAccess, type ServiceContext } from '../service.ts';

export interface Key {
  readonly arn: string;
  readonly keyId: string;
  readonly spec: string;
  readonly usage: 'ENCRYPT_DECRYPT' | 'GENERATE_VERIFY_MAC' | 'SIGN_VERIFY';
  readonly isEnabled: boolean;
  readonly isMultiRegion: boolean;
  readonly description: string;
}

export type EncryptionContext = Readonly<Record<string, string>>;

const materials: Readonly<Record<string, () => Buffer>> = {
  SYMMETRIC_DEFAULT: () => randomBytes(32),
  HMAC_224: () => randomBytes(28),
  HMAC_256: () => randomBytes(32),
  HMAC_384: () => randomBytes(48),
  HMAC_512: () => randomBytes(64),
  ECC_NIST_P256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'der', type: 'pkcs8' }),
};
const formatTag = Buffer.from('portiere-kms-1:');

export class KeyStore {
  readonly context: ServiceContext;
  readonly #keys: Map<string, Key>;
  readonly #material: Collection<string>;

  constructor(context: ServiceContext) {
    this.context = context;
    this.#material = context.state.collection('kms-key-material');
    const resources = ['AWS::KMS::Key', 'AWS::KMS::ReplicaKey'].flatMap((type) => context.assembly.ofType(type));
    this.#keys = new Map(resources.map((resource) => [resource.attributes.Arn as string, this.#prepare(resource)]));
  }

  /**
   * @param reference key id, key ARN, `alias/NAME` or alias ARN
   * @throws AwsError `NotFoundException`
   */
  find(reference: unknown): Key {
    const text = String(reference ?? '');
    const aliasName = text.slice(text.indexOf('alias/'));
    const alias = text.includes('alias/')
      ? this.context.assembly.ofType('AWS::KMS::Alias').find(({ ref }) => ref === aliasName)
      : undefined;
    const resource = this.context.assembly.find(alias === undefined ? text : alias.properties.TargetKeyId);
    const key = this.#keys.get(String(resource?.attributes.Arn));
    if (key === undefined)
      throw new AwsError('NotFoundException', text.includes('alias/') ? `Alias ${text} is not found.` : `Key '${text}' does not exist`);
    return key;
  }

  /** A key that the caller may use, is enabled, and is made for this. */
  async usable(
    reference: unknown,
    roleArn: string,
    action: string,
    usage: Key['usage'],
    context: Readonly<Record<string, string | readonly string[]>> = {},
  ): Promise<Key> {
    const key = this.find(reference);
    await requireAccess(this.context, roleArn, `kms:${action}`, key.arn, {
      'kms:CallerAccount': this.context.assembly.account,
      ...context,
    });
    if (!key.isEnabled) throw new AwsError('DisabledException', `${key.arn} is disabled.`);
    if (key.usage !== usage) {
      throw new AwsError('InvalidKeyUsageException', `${key.arn} key usage is ${key.usage} which is not valid for ${action}.`);
    }
    return key;
  }

  mac(key: Key, algorithm: string, message: Buffer): Buffer {
    return createHmac(algorithm.replace('HMAC_SHA_', 'sha'), this.#bytes(key)).update(message).digest();
  }

  /** Of a pair. */
  privateKey(key: Key): KeyObject {
    return createPrivateKey({ key: this.#bytes(key), format: 'der', type: 'pkcs8' });
  }

  publicKey(key: Key): KeyObject {
    return createPublicKey(this.privateKey(key));
  }

  /** The blob names its key, as in AWS, so that decrypting needs no key id. */
  encrypt(key: Key, plaintext: Buffer, context: EncryptionContext): Buffer {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.#bytes(key), iv).setAAD(canonical(context));
    const arn = Buffer.from(key.arn);
    const sealed = Buffer.concat([cipher.update(plaintext), cipher.final()]);
    return Buffer.concat([formatTag, Buffer.from([arn.length]), arn, iv, cipher.getAuthTag(), sealed]);
  }

  /** ARN of the key that a blob was made with; undefined when it is no blob of ours. */
  keyOfBlob(blob: Buffer): string | undefined {
    if (!blob.subarray(0, formatTag.length).equals(formatTag)) return undefined;
    const start = formatTag.length + 1;
    return blob.subarray(start, start + (blob[formatTag.length] ?? 0)).toString();
  }

  /** Undefined when the blob was changed, or the context is not the one that it was made with. */
  decrypt(key: Key, blob: Buffer, context: EncryptionContext): Buffer | undefined {
    const start = formatTag.length + 1 + Buffer.byteLength(key.arn);
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.#bytes(key), blob.subarray(start, start + 12))
        .setAAD(canonical(context))
        .setAuthTag(blob.subarray(start + 12, start + 28));
      return Buffer.concat([decipher.update(blob.subarray(start + 28)), decipher.final()]);
    } catch {
      return undefined;
    }
  }

  #bytes(key: Key): Buffer {
    return Buffer.from(this.#material.get(key.keyId) as string, 'base64');
  }

  #prepare({ type, attributes, properties, stack, logicalId }: Resource): Key {
    const keyId = attributes.KeyId as string;
    // A replica has the spec and the material of its primary.
    const primary = type === 'AWS::KMS::ReplicaKey' ? this.context.assembly.find(properties.PrimaryKeyArn)?.properties : properties;
    const spec: string = primary?.KeySpec ?? 'SYMMETRIC_DEFAULT';
    const make = materials[spec];
    if (make === undefined) throw new Error(`${stack}/${logicalId}: keys of the spec ${spec} are not known to the local system`);
    if (this.#material.get(keyId) === undefined) this.#material.put(keyId, make().toString('base64'));
    return {
      arn: attributes.Arn as string,
      keyId,
      spec,
      usage: usageOf(spec),
      isEnabled: properties.Enabled !== false,
      isMultiRegion: keyId.startsWith('mrk-'),
      description: properties.Description ?? '',
    };
  }
}

function usageOf(spec: string): Key['usage'] {
  if (spec === 'SYMMETRIC_DEFAULT') return 'ENCRYPT_DECRYPT';
  return spec.startsWith('HMAC_') ? 'GENERATE_VERIFY_MAC' : 'SIGN_VERIFY';
}

function canonical(context: EncryptionContext): Buffer {
  return Buffer.from(JSON.stringify(Object.entries(context).sort(([left], [right]) => (left < right ? -1 : 1))));
}
