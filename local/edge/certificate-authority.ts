/**
 * The certificate authority of this machine's local system: made once, kept in `DATA_DIR`, never trusted by anything
 * unless a person says so. Its key signs one certificate, for loopback names.
 */
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';

export interface ServerCertificate {
  /** PEM, the authority's certificate behind the server's own. */
  readonly certificateChain: string;
  readonly privateKey: string;
  readonly authority: string;
  readonly notAfter: Date;
}

const day = 24 * 3600 * 1000;
const authorityDays = 3650;
/** Browsers take no more than 398 days. */
const serverDays = 365;
const renewBeforeDays = 30;
const keyAlgorithm = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const signingAlgorithm = { name: 'ECDSA', hash: 'SHA-256' } as const;

/**
 * The certificate for `localhost` and 127.0.0.1: the kept one, or a new one when it is missing or ends soon.
 *
 * @param directory where `ca.pem` lies; undefined keeps nothing
 * @param now milliseconds by the machine's clock: browsers judge by theirs, not by the system's
 */
export async function obtainServerCertificate(directory: string | undefined, now: number = Date.now()): Promise<ServerCertificate> {
  x509.cryptoProvider.set(webcrypto as Crypto);
  const files = directory === undefined ? undefined : openFolder(directory);
  let authority = await files?.readAuthority();
  if (authority === undefined || authority.certificate.notAfter.getTime() < now + serverDays * day) {
    authority = await createAuthority(now);
    files?.writeAuthority(authority.certificate.toString('pem'), await exportKey(authority.key));
  }
  const kept = files?.readServer();
  if (kept !== undefined && isUsable(kept.certificate, authority.certificate, now)) {
    return describe(kept.certificate, kept.key, authority.certificate);
  }
  const { certificate, key } = await createServerCertificate(authority, now);
  const pem = await exportKey(key);
  files?.writeServer(certificate.toString('pem'), pem);
  return describe(certificate, pem, authority.certificate);
}

function isUsable(certificate: x509.X509Certificate, authority: x509.X509Certificate, now: number): boolean {
  return certificate.issuer === authority.subject && certificate.notAfter.getTime() > now + renewBeforeDays * day;
}

function describe(certificate: x509.X509Certificate, privateKey: string, authority: x509.X509Certificate): ServerCertificate {
  const authorityPem = authority.toString('pem');
  return {
    certificateChain: `${certificate.toString('pem')}\n${authorityPem}`,
    privateKey,
    authority: authorityPem,
    notAfter: certificate.notAfter,
  };
}

interface Authority {
  readonly certificate: x509.X509Certificate;
  readonly key: CryptoKey;
}

async function createAuthority(now: number): Promise<Authority> {
  const keys = await webcrypto.subtle.generateKey(keyAlgorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    // Its own name in each folder: two authorities of one name and different keys confuse browsers.
    name: `CN=Portiere local authority ${serialNumber().slice(0, 8)}`,
    notBefore: new Date(now - day),
    notAfter: new Date(now + authorityDays * day),
    signingAlgorithm,
    keys: keys as CryptoKeyPair,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey as CryptoKey),
    ],
  });
  return { certificate, key: keys.privateKey as CryptoKey };
}

async function createServerCertificate(authority: Authority, now: number): Promise<Authority> {
  const keys = await webcrypto.subtle.generateKey(keyAlgorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: 'CN=localhost',
    issuer: authority.certificate.subject,
    notBefore: new Date(now - day),
    notAfter: new Date(now + serverDays * day),
    signingAlgorithm,
    publicKey: keys.publicKey as CryptoKey,
    signingKey: authority.key,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension(['1.3.6.1.5.5.7.3.1']),
      new x509.SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        { type: 'ip', value: '127.0.0.1' },
      ]),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey as CryptoKey),
      await x509.AuthorityKeyIdentifierExtension.create(authority.certificate.publicKey),
    ],
  });
  return { certificate, key: keys.privateKey as CryptoKey };
}

function serialNumber(): string {
  const bytes = Buffer.from(webcrypto.getRandomValues(new Uint8Array(16)));
  // Positive, as RFC 5280 wants it.
  bytes[0] = ((bytes[0] as number) & 0x7f) | 0x40;
  return bytes.toString('hex');
}

async function exportKey(key: CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key as webcrypto.CryptoKey), 'PRIVATE KEY');
}

function openFolder(directory: string) {
  const keys = join(directory, 'tls');
  mkdirSync(keys, { recursive: true, mode: 0o700 });
  const authorityFile = join(directory, 'ca.pem');
  const authorityKeyFile = join(keys, 'ca-key.pem');
  const serverFile = join(keys, 'server.pem');
  const serverKeyFile = join(keys, 'server-key.pem');
  const writeSecret = (file: string, pem: string) => writeFileSync(file, `${pem}\n`, { mode: 0o600 });

  return {
    async readAuthority(): Promise<Authority | undefined> {
      if (!existsSync(authorityFile) || !existsSync(authorityKeyFile)) return undefined;
      const [bytes] = x509.PemConverter.decode(readFileSync(authorityKeyFile, 'utf8'));
      const key = await webcrypto.subtle.importKey('pkcs8', bytes as ArrayBuffer, keyAlgorithm, true, ['sign']);
      return { certificate: new x509.X509Certificate(readFileSync(authorityFile, 'utf8')), key: key as CryptoKey };
    },
    writeAuthority(certificate: string, key: string): void {
      writeSecret(authorityKeyFile, key);
      writeFileSync(authorityFile, `${certificate}\n`, { mode: 0o644 });
    },
    readServer(): { certificate: x509.X509Certificate; key: string } | undefined {
      if (!existsSync(serverFile) || !existsSync(serverKeyFile)) return undefined;
      return { certificate: new x509.X509Certificate(readFileSync(serverFile, 'utf8')), key: readFileSync(serverKeyFile, 'utf8').trim() };
    },
    writeServer(certificate: string, key: string): void {
      writeSecret(serverKeyFile, key);
      writeFileSync(serverFile, `${certificate}\n`, { mode: 0o644 });
    },
  };
}
