/**
 * An authenticator and the browser before it, in software: makes what `PublicKeyCredential.toJSON()` gives, by WebAuthn level 3.
 * It does what it is told, the wrong things too.
 */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isoCBOR } from '@simplewebauthn/server/helpers';
import type { PasskeyAssertion, PasskeyRegistration } from '../../contract/schemas.ts';

export type Algorithm = 'ES256' | 'EdDSA' | 'RS256';

/** What an honest authenticator and browser would not let one choose. */
export interface Knobs {
  readonly origin?: string;
  readonly rpId?: string;
  readonly challenge?: string;
  readonly userVerified?: boolean;
  readonly userPresent?: boolean;
  /** Takes the place of the next value of the counter. */
  readonly counter?: number;
  readonly crossOrigin?: boolean;
  readonly topOrigin?: string;
  readonly type?: string;
  /** null: none. */
  readonly userHandle?: string | null;
  /** Statement of self attestation, signed by the key itself, where none was asked for. */
  readonly attestsItself?: boolean;
}

interface HeldKey {
  readonly credentialId: string;
  readonly privateKey: KeyObject;
  readonly algorithm: Algorithm;
  readonly relyingPartyId: string;
  readonly userHandle: string;
  counter: number;
}

const COSE = { ES256: -7, EdDSA: -8, RS256: -257 } as const;
const AAGUID = Buffer.alloc(16);

export interface Options {
  readonly challenge: string;
  readonly rp?: { readonly id: string };
  readonly rpId?: string;
  readonly user?: { readonly id: string };
  readonly allowCredentials?: readonly { readonly id: string }[];
  readonly excludeCredentials?: readonly { readonly id: string }[];
}

export class SoftwareAuthenticator {
  readonly #origin: string;
  readonly #algorithm: Algorithm;
  readonly #counts: boolean;
  readonly #synced: boolean;
  readonly keys: HeldKey[] = [];

  /** @param settings `counts`: keeps a signature counter, as security keys do and synced passkeys don't */
  constructor(origin: string, settings: { readonly algorithm?: Algorithm; readonly counts?: boolean; readonly synced?: boolean } = {}) {
    this.#origin = origin;
    this.#algorithm = settings.algorithm ?? 'ES256';
    this.#counts = settings.counts ?? false;
    this.#synced = settings.synced ?? false;
  }

  /** `navigator.credentials.create({ publicKey })` */
  create(options: unknown, knobs: Knobs = {}): PasskeyRegistration {
    const { challenge, rp, user, excludeCredentials } = options as Options;
    if (excludeCredentials?.some(({ id }) => this.keys.some(({ credentialId }) => credentialId === id))) {
      throw new Error('InvalidStateError: this authenticator has a passkey here already');
    }
    const { privateKey, publicKey } = generateKey(this.#algorithm);
    const credentialId = randomBytes(16);
    const key: HeldKey = {
      credentialId: credentialId.toString('base64url'),
      privateKey,
      algorithm: this.#algorithm,
      relyingPartyId: rp?.id ?? '',
      userHandle: user?.id ?? '',
      counter: 0,
    };
    this.keys.push(key);

    const length = Buffer.alloc(2);
    length.writeUInt16BE(credentialId.length);
    const attested = Buffer.concat([AAGUID, length, credentialId, encodePublicKey(publicKey, this.#algorithm)]);
    const authenticatorData = this.#authenticatorData(key, knobs, attested);
    const clientDataJSON = this.#clientData('webauthn.create', challenge, knobs);
    const statement = knobs.attestsItself
      ? new Map<string, unknown>([
          ['alg', COSE[this.#algorithm]],
          ['sig', signWith(key, Buffer.concat([authenticatorData, sha256(clientDataJSON)]))],
        ])
      : new Map<string, unknown>();
    const attestationObject = encode(
      new Map<string, unknown>([
        ['fmt', knobs.attestsItself ? 'packed' : 'none'],
        ['attStmt', statement],
        ['authData', authenticatorData],
      ]),
    );
    return {
      id: key.credentialId,
      rawId: key.credentialId,
      type: 'public-key',
      authenticatorAttachment: 'platform',
      clientExtensionResults: {},
      response: {
        clientDataJSON: clientDataJSON.toString('base64url'),
        attestationObject: attestationObject.toString('base64url'),
        authenticatorData: authenticatorData.toString('base64url'),
        transports: ['internal', 'hybrid'],
        publicKeyAlgorithm: COSE[this.#algorithm],
        publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64url'),
      },
    };
  }

  /** `navigator.credentials.get({ publicKey })` */
  get(options: unknown, knobs: Knobs = {}): PasskeyAssertion {
    const { challenge, rpId, allowCredentials = [] } = options as Options;
    const key = this.keys.findLast(
      ({ credentialId, relyingPartyId }) =>
        relyingPartyId === rpId && (allowCredentials.length === 0 || allowCredentials.some(({ id }) => id === credentialId)),
    );
    if (!key) throw new Error('NotAllowedError: no passkey here');
    if (this.#counts) key.counter += 1;
    const authenticatorData = this.#authenticatorData(key, knobs);
    const clientDataJSON = this.#clientData('webauthn.get', challenge, knobs);
    const userHandle = knobs.userHandle === undefined ? key.userHandle : knobs.userHandle;
    return {
      id: key.credentialId,
      rawId: key.credentialId,
      type: 'public-key',
      authenticatorAttachment: 'platform',
      clientExtensionResults: {},
      response: {
        clientDataJSON: clientDataJSON.toString('base64url'),
        authenticatorData: authenticatorData.toString('base64url'),
        signature: signWith(key, Buffer.concat([authenticatorData, sha256(clientDataJSON)])).toString('base64url'),
        ...(userHandle === null ? {} : { userHandle }),
      },
    };
  }

  #clientData(type: string, challenge: string, knobs: Knobs): Buffer {
    return Buffer.from(
      JSON.stringify({
        type: knobs.type ?? type,
        challenge: knobs.challenge ?? challenge,
        origin: knobs.origin ?? this.#origin,
        crossOrigin: knobs.crossOrigin ?? false,
        ...(knobs.topOrigin === undefined ? {} : { topOrigin: knobs.topOrigin }),
      }),
    );
  }

  /** WebAuthn level 3, 6.1. */
  #authenticatorData(key: HeldKey, knobs: Knobs, attested?: Buffer): Buffer {
    const { userPresent = true, userVerified = true } = knobs;
    const flags = (userPresent ? 0x01 : 0) | (userVerified ? 0x04 : 0) | (this.#synced ? 0x18 : 0) | (attested === undefined ? 0 : 0x40);
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(knobs.counter ?? key.counter);
    return Buffer.concat([
      sha256(Buffer.from(knobs.rpId ?? key.relyingPartyId)),
      Buffer.from([flags]),
      counter,
      attested ?? Buffer.alloc(0),
    ]);
  }
}

function generateKey(algorithm: Algorithm): { privateKey: KeyObject; publicKey: KeyObject } {
  switch (algorithm) {
    case 'ES256':
      return generateKeyPairSync('ec', { namedCurve: 'P-256' });
    case 'EdDSA':
      return generateKeyPairSync('ed25519');
    case 'RS256':
      return generateKeyPairSync('rsa', { modulusLength: 2048 });
  }
}

/** COSE_Key (RFC 9052, RFC 9053, RFC 8230). */
function encodePublicKey(key: KeyObject, algorithm: Algorithm): Buffer {
  const jwk = key.export({ format: 'jwk' });
  const bytes = (text: string | undefined) => Uint8Array.from(Buffer.from(text ?? '', 'base64url'));
  switch (algorithm) {
    case 'ES256':
      return encode(
        new Map<number, unknown>([
          [1, 2],
          [3, -7],
          [-1, 1],
          [-2, bytes(jwk.x)],
          [-3, bytes(jwk.y)],
        ]),
      );
    case 'EdDSA':
      return encode(
        new Map<number, unknown>([
          [1, 1],
          [3, -8],
          [-1, 6],
          [-2, bytes(jwk.x)],
        ]),
      );
    case 'RS256':
      return encode(
        new Map<number, unknown>([
          [1, 3],
          [3, -257],
          [-1, bytes(jwk.n)],
          [-2, bytes(jwk.e)],
        ]),
      );
  }
}

function encode(value: Map<number, unknown> | Map<string, unknown>): Buffer {
  const plain = new Map([...value].map(([name, item]) => [name, Buffer.isBuffer(item) ? Uint8Array.from(item) : item]));
  return Buffer.from(isoCBOR.encode(plain as Parameters<typeof isoCBOR.encode>[0]));
}

function signWith({ privateKey, algorithm }: HeldKey, data: Buffer): Buffer {
  return sign(algorithm === 'EdDSA' ? null : 'sha256', data, privateKey);
}

function sha256(data: Buffer): Buffer {
  return createHash('sha256').update(data).digest();
}
