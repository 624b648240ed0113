import { partition } from '@aws-sdk/core/client';
import { fromEnv } from '@aws-sdk/credential-provider-env';
import { doesIdentityRequireRefresh, isIdentityExpired, memoizeIdentityProvider } from '@smithy/core';
import { HttpRequest, type HttpResponse } from '@smithy/core/protocols';
import { StandardRetryStrategy } from '@smithy/core/retry';
import { SignatureV4 } from '@smithy/signature-v4';
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider, RetryErrorType } from '@smithy/types';
import { clientOptions } from './client-options.ts';
import { Sha256 } from './sha256.ts';

export interface SignedClientOptions {
  /** As in the credential scope: `s3`, `monitoring`. */
  readonly service: string;
  /** `AWS_REGION` unless given. */
  readonly region?: string | undefined;
  /** `AWS_ENDPOINT_URL` unless given, or else the region's. */
  readonly endpoint?: string | undefined;
  /** Those of the environment unless given, which are the role's. */
  readonly credentials?: AwsCredentialIdentity | AwsCredentialIdentityProvider | undefined;
}

export interface SignedRequest {
  readonly method: 'GET' | 'PUT' | 'POST';
  /** Host in front of the service's own, as S3's buckets have it; part of the path where the endpoint is not AWS's. */
  readonly bucket?: string;
  /** Of characters that need no escaping. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface SignedAnswer {
  readonly status: number;
  readonly body: string;
  readonly etag: string | undefined;
}

/**
 * Requests of S3 and CloudWatch: three operations, for which the SDK's clients would bring streams, checksums and a binary protocol
 * along (docs/decisions/0026). Credentials, signatures and the waits between attempts are the SDK's own parts.
 */
export class SignedClient {
  readonly #endpoint: URL;
  readonly #isAws: boolean;
  readonly #signer: SignatureV4;
  readonly #retries = new StandardRetryStrategy({ maxAttempts: clientOptions.maxAttempts });

  constructor({ service, region = process.env.AWS_REGION, endpoint = process.env.AWS_ENDPOINT_URL, credentials }: SignedClientOptions) {
    if (!region) throw new Error('AWS_REGION is not set');
    this.#isAws = !endpoint;
    this.#endpoint = new URL(endpoint || `https://${service}.${region}.${partition(region).dnsSuffix}`);
    const provider = memoizeIdentityProvider(credentials ?? fromEnv(), isIdentityExpired, doesIdentityRequireRefresh);
    if (!provider) throw new Error('there are no credentials');
    // S3 signs the path as it is sent; the paths here need no escaping, so that it is the same for both.
    this.#signer = new SignatureV4({ credentials: provider, region, service, sha256: Sha256, uriEscapePath: false });
  }

  /** @returns also what is no success, once trying again doesn't help @throws the connection's error */
  async send(request: SignedRequest): Promise<SignedAnswer> {
    let token = await this.#retries.acquireInitialRetryToken('');
    for (;;) {
      const outcome = await this.#attempt(request).catch((error: Error) => error);
      const errorType = classify(outcome);
      if (errorType === undefined && !(outcome instanceof Error)) {
        this.#retries.recordSuccess(token);
        return read(outcome);
      }
      try {
        // It has waited when it gives another token, and throws when there is none.
        token = await this.#retries.refreshRetryTokenForRetry(token, { errorType: errorType ?? 'TRANSIENT' });
      } catch {
        if (outcome instanceof Error) throw outcome;
        return read(outcome);
      }
    }
  }

  async #attempt({ method, bucket, path, query = {}, headers = {}, body }: SignedRequest): Promise<HttpResponse> {
    const { protocol, hostname, host, port } = this.#endpoint;
    const prefix = bucket !== undefined && this.#isAws ? `${bucket}.` : '';
    const request = new HttpRequest({
      method,
      protocol,
      hostname: `${prefix}${hostname}`,
      path: bucket !== undefined && !this.#isAws ? `/${bucket}${path}` : path,
      query: { ...query },
      headers: { ...headers, host: `${prefix}${host}` },
      ...(body !== undefined && { body }),
      ...(port !== '' && { port: Number(port) }),
    });
    const { response } = await clientOptions.requestHandler.handle((await this.#signer.sign(request)) as HttpRequest);
    return response;
  }
}

function read({ statusCode, body, headers }: HttpResponse): SignedAnswer {
  return { status: statusCode, body: body?.toString() ?? '', etag: headers.etag };
}

/** @returns undefined when there is nothing to try again */
function classify(outcome: HttpResponse | Error): RetryErrorType | undefined {
  if (outcome instanceof Error) return 'TRANSIENT';
  if (outcome.statusCode === 429 || outcome.statusCode === 503) return 'THROTTLING';
  return outcome.statusCode >= 500 ? 'SERVER_ERROR' : undefined;
}
