/** S3 by path-style addresses: `PutObject`, `GetObject` and `ListBuckets`, errors in XML. */
import { createHash } from 'node:crypto';
import { AwsError } from '../aws-error.ts';
import { requireAccess, type Service, type ServiceAnswer, type ServiceCall, unknownAction } from '../service.ts';
import { type ObjectStore, regionOf } from './store.ts';

export function createS3(store: ObjectStore): Service {
  return {
    signingName: 's3',
    faultName: 's3',
    async handle(call) {
      const { pathname, searchParams } = new URL(call.path, 'http://s3');
      const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(decodeURIComponent(pathname)) ?? [];
      if (call.method === 'GET' && bucket === '') return await listBuckets(store, call.roleArn, searchParams.get('prefix') ?? '');
      if (bucket !== '' && key !== '' && searchParams.size === 0) {
        if (call.method === 'PUT') return await putObject(store, bucket, key, call);
        if (call.method === 'GET') return await getObject(store, bucket, key, call.roleArn);
      }
      throw unknownAction(store.context.log, 's3', `${call.method} ${call.path}`);
    },
    render: ({ code, message, status }) => {
      // The REST protocol knows this one under its older name.
      const name = code === 'AccessDeniedException' ? 'AccessDenied' : code;
      return xml(name === 'AccessDenied' ? 403 : status, `<Error><Code>${name}</Code><Message>${escapeXml(message)}</Message></Error>`);
    },
    fault: (mode) =>
      mode === 'error'
        ? new AwsError('InternalError', 'We encountered an internal error. Please try again.', 500)
        : new AwsError('SlowDown', 'Please reduce your request rate.', 503),
  };
}

async function putObject(
  store: ObjectStore,
  bucketName: string,
  key: string,
  { roleArn, headers, body }: ServiceCall,
): Promise<ServiceAnswer> {
  const bucket = store.bucket(bucketName);
  const ifNoneMatch = headers['if-none-match'];
  await store.requireAccess(bucket, key, roleArn, 'PutObject', ifNoneMatch === undefined ? {} : { 's3:if-none-match': ifNoneMatch });
  requireChecksum(bucket.properties.ObjectLockEnabled === true, headers['x-amz-checksum-sha256'], body);
  requireCondition(store.read(bucketName, key)?.etag, headers['if-match'], ifNoneMatch);
  const contentType = headers['content-type'] ?? 'binary/octet-stream';
  const { etag } = store.write(bucketName, key, body, contentType, headers['cache-control']);
  return { status: 200, headers: { etag }, body: '' };
}

/** Conditional writes (S3 User Guide, "Add preconditions to S3 operations"): only if it is this one, or only if there is none. */
function requireCondition(etag: string | undefined, ifMatch: string | undefined, ifNoneMatch: string | undefined): void {
  const isMet = (ifMatch === undefined || ifMatch === etag) && (ifNoneMatch === undefined || etag === undefined);
  if (!isMet) throw new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412);
}

/** S3 User Guide, "Object Lock considerations": what is to be locked must come with a checksum. A wrong one is refused everywhere. */
function requireChecksum(isLocked: boolean, given: string | string[] | undefined, body: Buffer): void {
  if (given === undefined && isLocked) {
    throw new AwsError(
      'InvalidRequest',
      'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters',
    );
  }
  if (given !== undefined && given !== createHash('sha256').update(body).digest('base64')) {
    throw new AwsError('BadDigest', 'The SHA256 you specified did not match what we received.');
  }
}

async function getObject(store: ObjectStore, bucketName: string, key: string, roleArn: string): Promise<ServiceAnswer> {
  const bucket = store.bucket(bucketName);
  await store.requireAccess(bucket, key, roleArn, 'GetObject');
  const object = store.read(bucketName, key);
  // To those who may not list, a missing object looks like a forbidden one; no role of ours may.
  if (object === undefined) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
  const { contentType, etag, cacheControl } = object;
  const headers = { 'content-type': contentType, etag, ...(cacheControl !== undefined && { 'cache-control': cacheControl }) };
  return { status: 200, headers, body: object.body.toString('utf8') };
}

async function listBuckets(store: ObjectStore, roleArn: string, prefix: string): Promise<ServiceAnswer> {
  await requireAccess(store.context, roleArn, 's3:ListAllMyBuckets', '*');
  const buckets = store
    .buckets()
    .filter(({ ref }) => ref.startsWith(prefix))
    .map((bucket) => `<Bucket><Name>${bucket.ref}</Name><BucketRegion>${regionOf(bucket)}</BucketRegion></Bucket>`);
  return xml(200, `<ListAllMyBucketsResult><Buckets>${buckets.join('')}</Buckets></ListAllMyBucketsResult>`);
}

function xml(status: number, document: string): ServiceAnswer {
  return { status, headers: { 'content-type': 'application/xml' }, body: `<?xml version="1.0" encoding="UTF-8"?>\n${document}` };
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
