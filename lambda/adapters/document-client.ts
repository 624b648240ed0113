import { ConditionalCheckFailedException, DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import { partition } from '@aws-sdk/core/client';
import { AwsSdkSigV4Signer } from '@aws-sdk/core/httpAuthSchemes';
import { fromEnv } from '@aws-sdk/credential-provider-env';
import type * as documents from '@aws-sdk/lib-dynamodb';
import { doesIdentityRequireRefresh, isIdentityExpired, memoizeIdentityProvider } from '@smithy/core';
import { HttpRequest, type HttpResponse, loadJsonRpcErrorCode } from '@smithy/core/protocols';
import { isServerError, isThrottlingError, isTransientError, StandardRetryStrategy } from '@smithy/core/retry';
import { SignatureV4 } from '@smithy/signature-v4';
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider, RetryErrorType, SdkError } from '@smithy/types';
import { type AttributeMap, decodeMap, encodeMap, type PlainMap } from './attribute-values.ts';
import type { HttpHandler } from './http-handler.ts';
import { Sha256 } from './sha256.ts';

export interface DocumentClientOptions {
  readonly requestHandler: HttpHandler;
  readonly maxAttempts: number;
  /** `AWS_REGION` unless given, which Lambda always sets. */
  readonly region?: string | undefined;
  /** `AWS_ENDPOINT_URL_DYNAMODB` or `AWS_ENDPOINT_URL` unless given, or else the region's. */
  readonly endpoint?: string | undefined;
  /** Those of the environment unless given, which are the role's. */
  readonly credentials?: AwsCredentialIdentity | AwsCredentialIdentityProvider | undefined;
}

/** Milliseconds before the first repetition, as the SDK has it for DynamoDB. */
const baseDelay = 25;

/** What DynamoDB can be asked, under the names and types of `@aws-sdk/lib-dynamodb`: fields that DynamoDB has replaced are not among them. */
export abstract class DocumentCommand<Input, Output> {
  abstract readonly operation: string;
  readonly input: Input;
  /** Type only: what `send` resolves to. */
  declare readonly output: Output;

  constructor(input: Input) {
    this.input = input;
  }
}

type Replaced = 'AttributesToGet' | 'AttributeUpdates' | 'ConditionalOperator' | 'Expected' | 'KeyConditions' | 'QueryFilter';

export class GetCommand extends DocumentCommand<Omit<documents.GetCommandInput, Replaced>, documents.GetCommandOutput> {
  readonly operation = 'GetItem';
}
export class PutCommand extends DocumentCommand<Omit<documents.PutCommandInput, Replaced>, documents.PutCommandOutput> {
  readonly operation = 'PutItem';
}
export class UpdateCommand extends DocumentCommand<Omit<documents.UpdateCommandInput, Replaced>, documents.UpdateCommandOutput> {
  readonly operation = 'UpdateItem';
}
export class DeleteCommand extends DocumentCommand<Omit<documents.DeleteCommandInput, Replaced>, documents.DeleteCommandOutput> {
  readonly operation = 'DeleteItem';
}
export class QueryCommand extends DocumentCommand<Omit<documents.QueryCommandInput, Replaced>, documents.QueryCommandOutput> {
  readonly operation = 'Query';
}

/**
 * DynamoDB without the SDK's client around it, which costs a function with a seventh of a processor more than all else that a
 * request does (docs/decisions/0008). Credentials, signatures, clock skew, what is retried and when are the SDK's own parts.
 */
export class DynamoDBDocumentClient {
  readonly #options: DocumentClientOptions;
  readonly #retries: StandardRetryStrategy;
  readonly #url: URL;
  readonly #signer = new AwsSdkSigV4Signer();
  /** `systemClockOffset` is written by the signer, from the times in DynamoDB's answers. */
  readonly #signing: { readonly signer: () => Promise<SignatureV4>; systemClockOffset: number };
  readonly #credentials: AwsCredentialIdentityProvider;

  constructor(options: DocumentClientOptions) {
    const region = options.region ?? process.env.AWS_REGION;
    if (!region) throw new Error('AWS_REGION is not set');
    const { AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL } = process.env;
    const endpoint = options.endpoint ?? AWS_ENDPOINT_URL_DYNAMODB ?? AWS_ENDPOINT_URL;
    this.#options = options;
    this.#url = new URL(endpoint ?? `https://dynamodb.${region}.${partition(region).dnsSuffix}`);
    this.#retries = new StandardRetryStrategy({ maxAttempts: options.maxAttempts, baseDelay });
    const provider = memoizeIdentityProvider(options.credentials ?? fromEnv(), isIdentityExpired, doesIdentityRequireRefresh);
    if (!provider) throw new Error('there are no credentials');
    this.#credentials = provider;
    const signer = new SignatureV4({ credentials: provider, region, service: 'dynamodb', sha256: Sha256 });
    this.#signing = { signer: async () => signer, systemClockOffset: 0 };
  }

  /** @throws ConditionalCheckFailedException, DynamoDBServiceException with DynamoDB's name for what is wrong, or the connection's error */
  async send<Input extends object, Output>(command: DocumentCommand<Input, Output>): Promise<Output> {
    const body = JSON.stringify(encodeInput(command.input));
    let token = await this.#retries.acquireInitialRetryToken('');
    for (;;) {
      try {
        const output = await this.#attempt(command.operation, body);
        this.#retries.recordSuccess(token);
        return decodeOutput(output) as Output;
      } catch (error) {
        // It has waited when it gives another token, and throws when there is none.
        token = await this.#retries.refreshRetryTokenForRetry(token, { errorType: classify(error as SdkError) }).catch(() => {
          throw error;
        });
      }
    }
  }

  /** Ends its connections. */
  destroy(): void {
    this.#options.requestHandler.destroy();
  }

  async #attempt(operation: string, body: string): Promise<Record<string, unknown>> {
    const { protocol, hostname, host, port, pathname } = this.#url;
    const request = new HttpRequest({
      method: 'POST',
      protocol,
      hostname,
      path: pathname,
      headers: { host, 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `DynamoDB_20120810.${operation}` },
      body,
      ...(port !== '' && { port: Number(port) }),
    });
    const properties = { config: this.#signing, context: {} };
    const signed = await this.#signer.sign(request, await this.#credentials(), properties);
    const { response } = await this.#options.requestHandler.handle(signed);
    if (response.statusCode >= 300) return this.#signer.errorHandler(properties)(readException(response));
    this.#signer.successHandler(response, properties);
    return JSON.parse(response.body.toString());
  }
}

function classify(error: SdkError): RetryErrorType {
  if (isThrottlingError(error)) return 'THROTTLING';
  if (isTransientError(error)) return 'TRANSIENT';
  return isServerError(error) ? 'SERVER_ERROR' : 'CLIENT_ERROR';
}

function readException(response: HttpResponse): DynamoDBServiceException {
  const data = parseObject(response.body.toString());
  const name = loadJsonRpcErrorCode(response, data) ?? 'Unknown';
  const options = {
    message: String(data.message ?? data.Message ?? 'DynamoDB gave no message'),
    $metadata: { httpStatusCode: response.statusCode, requestId: response.headers['x-amzn-requestid'] ?? '' },
  };
  const exception =
    name === 'ConditionalCheckFailedException'
      ? new ConditionalCheckFailedException(options)
      : new DynamoDBServiceException({ ...options, name, $fault: response.statusCode < 500 ? 'client' : 'server' });
  return Object.assign(exception, { $response: response });
}

/** An error's body may come from a proxy in between, and be anything. */
function parseObject(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

function encodeInput(input: object): object {
  const encoded: Record<string, unknown> = { ...input };
  for (const field of ['Key', 'Item', 'ExpressionAttributeValues', 'ExclusiveStartKey']) {
    if (encoded[field] !== undefined) encoded[field] = encodeMap(encoded[field] as PlainMap);
  }
  return encoded;
}

function decodeOutput(output: Record<string, unknown>): Record<string, unknown> {
  for (const field of ['Item', 'Attributes', 'LastEvaluatedKey']) {
    if (output[field] !== undefined) output[field] = decodeMap(output[field] as AttributeMap);
  }
  if (output.Items !== undefined) output.Items = (output.Items as AttributeMap[]).map(decodeMap);
  return output;
}
