/**
 * An S3 origin: the files that the bucket deployments of the assembly would have put into the bucket, read once at
 * start, and over them what was written to the bucket since. A request can only name a key of either, so no path leads out of them.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, matchesGlob, relative, sep } from 'node:path';
import type { Assembly, Resource } from '../assembly/model.ts';
import type { LocalServices } from '../services/model.ts';
import type { Origin } from './origin.ts';
import type { EdgeResponse, HeaderList } from './wire.ts';

interface StoredFile {
  readonly body: Buffer;
  readonly headers: HeaderList;
  readonly etag: string;
}

/** What `aws s3 cp` guesses from a name, as far as web pages need it. Anything else is a download. */
const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.ico': 'image/vnd.microsoft.icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain',
  '.xml': 'text/xml',
  '.webmanifest': 'application/manifest+json',
};

/** @throws Error when an asset of a deployment is missing */
export function createBucketOrigin(bucket: Resource, assembly: Assembly, written: LocalServices['objects']): Origin {
  const files = new Map<string, StoredFile>();
  for (const deployment of assembly.ofType('Custom::CDKBucketDeployment')) {
    if (String(deployment.properties.DestinationBucketName) === bucket.ref) load(deployment, assembly, files);
  }
  const rights = readRights(bucket, assembly);
  const denied = errorDocument(403, 'AccessDenied', 'Access Denied');
  // S3 tells a missing key from a forbidden one only to those who may list.
  const missing = rights.mayList ? errorDocument(404, 'NoSuchKey', 'The specified key does not exist.') : denied;

  return async ({ method, path, headers }) => {
    if (method !== 'GET' && method !== 'HEAD')
      return errorDocument(405, 'MethodNotAllowed', 'The specified method is not allowed against this resource.');
    if (!rights.mayRead) return denied;
    const key = decodeKey(path);
    const file = key === undefined ? undefined : (readWritten(written, bucket.ref, key) ?? files.get(key));
    if (file === undefined) return missing;
    if (headers.get('if-none-match')?.[0]?.includes(file.etag)) return { status: 304, headers: file.headers, body: Buffer.alloc(0) };
    return { status: 200, headers: file.headers, body: file.body };
  };
}

function readWritten(written: LocalServices['objects'], bucket: string, key: string): StoredFile | undefined {
  const object = written.read(bucket, key);
  if (object === undefined) return undefined;
  const { body, contentType, cacheControl, etag } = object;
  const cache: HeaderList = cacheControl === undefined ? [] : [['cache-control', cacheControl]];
  return { body, etag, headers: [['content-type', contentType], ...cache, ['etag', etag]] };
}

function load(deployment: Resource, assembly: Assembly, files: Map<string, StoredFile>): void {
  const { properties } = deployment;
  const prefix = String(properties.DestinationBucketKeyPrefix ?? '').replace(/^\/|\/$/g, '');
  const metadata = Object.entries((properties.SystemMetadata ?? {}) as Record<string, string>);
  for (const objectKey of properties.SourceObjectKeys as string[]) {
    const directory = assembly.assetDirectory(objectKey);
    if (!existsSync(directory)) throw new Error(`the files of ${deployment.logicalId} are missing: ${directory}`);
    for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const file = join(entry.parentPath, entry.name);
      const name = relative(directory, file).split(sep).join('/');
      if (!isIncluded(name, properties)) continue;
      const body = readFileSync(file);
      const etag = `"${createHash('md5').update(body).digest('hex')}"`;
      const headers = new Map([
        ['content-type', contentTypes[extname(name)] ?? 'binary/octet-stream'],
        ...metadata.map(([header, value]) => [header.toLowerCase(), value] as const),
        ['etag', etag],
      ]);
      files.set(prefix === '' ? name : `${prefix}/${name}`, { body, headers: [...headers], etag });
    }
  }
}

/** `aws s3 sync`'s filters as the deployment gives them: exclusions first, inclusions take back. */
function isIncluded(name: string, properties: { Exclude?: string[]; Include?: string[] }): boolean {
  // In those filters `*` crosses folders.
  const matches = (pattern: string) => matchesGlob(name.replaceAll('/', '\u0001'), pattern.replaceAll('/', '\u0001'));
  const isExcluded = (properties.Exclude ?? []).some(matches);
  return !isExcluded || (properties.Include ?? []).some(matches);
}

function readRights(bucket: Resource, assembly: Assembly): { mayRead: boolean; mayList: boolean } {
  const statements = assembly
    .ofType('AWS::S3::BucketPolicy')
    .filter(({ properties }) => String(properties.Bucket) === bucket.ref)
    .flatMap(
      ({ properties }) => properties.PolicyDocument.Statement as { Effect: string; Principal?: { Service?: unknown }; Action: unknown }[],
    )
    .filter(({ Effect, Principal }) => Effect === 'Allow' && [Principal?.Service].flat().includes('cloudfront.amazonaws.com'));
  const mayDo = (action: string) => statements.some(({ Action }) => [Action].flat().includes(action));
  return { mayRead: mayDo('s3:GetObject'), mayList: mayDo('s3:ListBucket') };
}

function decodeKey(path: string): string | undefined {
  try {
    return decodeURIComponent(path.slice(1));
  } catch {
    return undefined;
  }
}

function errorDocument(status: number, code: string, message: string): EdgeResponse {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return { status, headers: [['content-type', 'application/xml']], body: Buffer.from(body) };
}
