/** Finds the bucket of the status page, by credentials alone: no stack, no table and no API of ours is asked. */
import { SQSClient } from '@aws-sdk/client-sqs';
import { S3StatusFiles } from '../../lambda/adapters/s3-status-files.ts';
import { SignedClient, type SignedClientOptions } from '../../lambda/adapters/signed-client.ts';
import { askConsole, type LocalAccess } from '../access.ts';
import { OperatorError } from '../command.ts';

/** CloudFormation names what has no name of its own `stack-logicalid-random`, in lower case for a bucket. */
const prefix = 'portierestatus-webfilesbucket';
/** Every region lists every bucket of the account. */
const anyRegion = 'eu-central-1';

/** @throws OperatorError when there is none */
export async function openStatusFiles(isLocal: boolean, environment: NodeJS.ProcessEnv = process.env): Promise<S3StatusFiles> {
  const connection = isLocal
    ? await askConsole<LocalAccess>('/api/operator', environment.CONSOLE_PORT || '8025')
    : connectionOf(environment);
  const { endpoint, credentials } = connection;
  const { bucket, region } = await findBucket({ region: connection.region, endpoint, credentials });
  return new S3StatusFiles(bucket, { region, endpoint, credentials });
}

function connectionOf(environment: NodeJS.ProcessEnv): Omit<SignedClientOptions, 'service'> {
  const region = environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION ?? anyRegion;
  // The SDK's own chain: environment, profile, SSO, role.
  const { credentials } = new SQSClient({ region }).config;
  return { region, endpoint: environment.AWS_ENDPOINT_URL, credentials };
}

async function findBucket(connection: Omit<SignedClientOptions, 'service'>): Promise<{ bucket: string; region: string }> {
  const client = new SignedClient({ ...connection, service: 's3' });
  const { status, body } = await client.send({ method: 'GET', path: '/', query: { prefix, 'max-buckets': '10' } }).catch((error: Error) => {
    throw new OperatorError(`S3 can't be reached: ${error.message}.`);
  });
  if (status !== 200)
    throw new OperatorError(`S3 refused to list buckets (${status}): do these credentials belong to the account of the deployment?`);
  const found = [...body.matchAll(/<Bucket>(.*?)<\/Bucket>/gs)].flatMap(([, entry = '']) => {
    const bucket = /<Name>([^<]+)<\/Name>/.exec(entry)?.[1];
    const region = /<BucketRegion>([^<]+)<\/BucketRegion>/.exec(entry)?.[1];
    return bucket?.startsWith(prefix) && region ? [{ bucket, region }] : [];
  });
  const [first] = found;
  if (first === undefined) throw new OperatorError(`No bucket of this account begins with ${prefix}: is it the account of the deployment?`);
  if (found.length > 1)
    throw new OperatorError(
      `${found.length} buckets of this account begin with ${prefix}: remove the one that a former deployment left behind.`,
    );
  return first;
}
