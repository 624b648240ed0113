/** Where operators' commands find the deployment: in AWS with the caller's own credentials, or in the local system. */
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { securityPolicy } from '../contract/security-policy.ts';
import { auditKeyAlias } from '../contract/settings.ts';
import { clientOptions, timeouts } from '../lambda/adapters/client-options.ts';
import { DynamoDBDocumentClient } from '../lambda/adapters/document-client.ts';
import { HttpHandler } from '../lambda/adapters/http-handler.ts';
import { readPublicKey } from '../lambda/adapters/kms-checkpoint-signer.ts';
import { OperatorError } from './command.ts';

export interface Access {
  readonly sqs: SQSClient;
  readonly documents: DynamoDBDocumentClient;
  /** What tables are, rather than what is in them. */
  readonly tables: DynamoDBClient;
  readonly lambda: LambdaClient;
  readonly kms: KMSClient;
  /** @param logicalId how the template's name of the table begins @returns the table's name */
  table(stack: string, logicalId: string): Promise<string>;
  /** @returns the queue's URL */
  queue(stack: string, logicalId: string): Promise<string>;
  /** @returns what calls a function by its alias `live`: the version that is deployed */
  alias(stack: string, logicalId: string): Promise<string>;
  /** Where the site is; only the local system says. */
  readonly site?: string;
  /** @returns the public key of checkpoints of the audit trail: SubjectPublicKeyInfo in DER */
  auditKey(): Promise<Uint8Array>;
}

/** A function is asked once, and may take as long as functions may. */
const invoking = {
  maxAttempts: 1,
  requestHandler: new HttpHandler({ ...timeouts, requestTimeout: (securityPolicy.functionTimeoutSeconds + 5) * 1000 }),
};

export interface LocalAccess {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken: string };
  readonly site: string;
  /** Folder of the cloud assembly that runs. */
  readonly assembly: string;
  readonly resources: readonly { readonly stack: string; readonly logicalId: string; readonly type: string; readonly ref: string }[];
}

/** @throws OperatorError when there is nothing to be found */
export async function openAccess(isLocal: boolean, environment: NodeJS.ProcessEnv = process.env): Promise<Access> {
  return isLocal ? await openLocal(environment.CONSOLE_PORT || '8025') : await openAws(environment);
}

async function openLocal(port: string): Promise<Access> {
  const { endpoint, region, credentials, site, resources } = await askConsole<LocalAccess>('/api/operator', port);
  const connection = { ...clientOptions, endpoint, region, credentials };
  const find = async (type: string, stack: string, logicalId: string) => {
    const found = resources.find((one) => one.type === type && one.stack === stack && one.logicalId.startsWith(logicalId));
    if (found === undefined) throw new OperatorError(`The local system has no ${logicalId} in ${stack}: is it of this version?`);
    return found.ref;
  };
  return {
    site,
    sqs: new SQSClient(connection),
    documents: new DynamoDBDocumentClient(connection),
    tables: new DynamoDBClient(connection),
    lambda: new LambdaClient({ ...connection, ...invoking }),
    kms: new KMSClient(connection),
    table: (stack, logicalId) => find('AWS::DynamoDB::Table', stack, logicalId),
    queue: (stack, logicalId) => find('AWS::SQS::Queue', stack, logicalId),
    alias: (stack, logicalId) => find('AWS::Lambda::Alias', stack, logicalId),
    auditKey: () => readPublicKey(new KMSClient(connection), auditKeyAlias),
  };
}

/** @throws OperatorError when no local system answers */
export async function askConsole<Answer>(path: `/api/${string}`, port: string = process.env.CONSOLE_PORT || '8025'): Promise<Answer> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    if (!response.ok) throw new Error(`it answered ${response.status}`);
    return (await response.json()) as Answer;
  } catch {
    throw new OperatorError(`No local system answers on console port ${port}: start it with npm start, or set CONSOLE_PORT.`);
  }
}

/** CloudFormation names what has no name of its own `STACK-LOGICALID-RANDOM`. */
async function openAws(environment: NodeJS.ProcessEnv): Promise<Access> {
  const region = environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION;
  if (!region) throw new OperatorError('Say where the deployment is by AWS_REGION, or add --local for the local system.');
  const connection = { ...clientOptions, region };
  const sqs = new SQSClient(connection);
  const tables = new DynamoDBClient(connection);
  const lambda = new LambdaClient({ ...connection, ...invoking });
  return {
    sqs,
    tables,
    lambda,
    kms: new KMSClient(connection),
    documents: new DynamoDBDocumentClient({ ...connection, credentials: sqs.config.credentials }),
    auditKey: () => readPublicKey(new KMSClient(connection), auditKeyAlias),
    async table(stack, logicalId) {
      const start = `${stack}-${logicalId}`;
      // Names are listed in order: those that begin so stand right behind it.
      const { TableNames = [] } = await tables.send(new ListTablesCommand({ ExclusiveStartTableName: start, Limit: 1 }));
      return requireStart(TableNames[0], start, region);
    },
    async queue(stack, logicalId) {
      const start = `${stack}-${logicalId}`;
      const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: start, MaxResults: 2 }));
      const [url] = QueueUrls;
      requireStart(url?.split('/').at(-1), start, region);
      return url as string;
    },
    async alias(stack, logicalId) {
      const start = `${stack}-${logicalId}`;
      let Marker: string | undefined;
      do {
        const page = await lambda.send(new ListFunctionsCommand({ ...(Marker !== undefined && { Marker }) }));
        const found = page.Functions?.find(({ FunctionName }) => FunctionName?.startsWith(start));
        if (found?.FunctionName !== undefined) return `${found.FunctionName}:live`;
        Marker = page.NextMarker;
      } while (Marker !== undefined);
      return requireStart(undefined, start, region);
    },
  };
}

function requireStart(name: string | undefined, start: string, region: string): string {
  if (name?.startsWith(start)) return name;
  throw new OperatorError(`There is no ${start} in ${region}: is AWS_REGION the region of the deployment?`);
}
