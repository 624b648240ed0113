import { partition } from '@aws-sdk/core/client';
import { fromEnv } from '@aws-sdk/credential-provider-env';
import { HttpRequest, type HttpResponse } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import type { EdgeDistribution, EdgeOrigin } from '../domain/origin-secret/ports.ts';
import { Unavailable } from '../domain/ports.ts';
import { timeouts } from './client-options.ts';
import { readDistribution, replaceOriginHeader } from './distribution-document.ts';
import { HttpHandler } from './http-handler.ts';
import { Sha256 } from './sha256.ts';

const apiVersion = '2020-05-31';
/** CloudFront has one API for the world, and it is signed for here. */
const region = 'us-east-1';
const requestTimeout = 5000;

interface Reading {
  readonly etag: string;
  readonly config: string;
}

/**
 * One CloudFront distribution, by two calls: GetDistribution, which gives state, configuration and version in one answer, and
 * UpdateDistribution, which replaces the whole configuration if it still is that version.
 *
 * Not by the SDK's client: that one parses the configuration and writes it anew, and so loses every setting that is younger than the
 * client. Here goes back what was read, letter by letter, but for one value.
 */
export class CloudFrontDistribution implements EdgeDistribution {
  readonly #id: string;
  readonly #headerName: string;
  readonly #url: URL;
  readonly #signer: SignatureV4;
  readonly #handler = new HttpHandler({ ...timeouts, requestTimeout });

  /** @param headerName the header of which `send` sets the value */
  constructor(id: string, headerName: string, environment: NodeJS.ProcessEnv = process.env) {
    const { AWS_ENDPOINT_URL_CLOUDFRONT, AWS_ENDPOINT_URL, AWS_REGION = region } = environment;
    this.#id = id;
    this.#headerName = headerName;
    this.#url = new URL(AWS_ENDPOINT_URL_CLOUDFRONT ?? AWS_ENDPOINT_URL ?? `https://cloudfront.${partition(AWS_REGION).dnsSuffix}`);
    this.#signer = new SignatureV4({ credentials: fromEnv(), region, service: 'cloudfront', sha256: Sha256 });
  }

  async read(): Promise<EdgeOrigin> {
    const response = await this.#call('GET', `/${apiVersion}/distribution/${this.#id}`);
    if (response.statusCode !== 200) throw refusal(response);
    const { status, domainName, config, values } = readDistribution(response.body.toString(), this.#headerName);
    const reading: Reading = { etag: response.headers.etag ?? '', config };
    return { sends: values, isDeployed: status === 'Deployed', domainName, reading };
  }

  async send(value: string, { reading }: EdgeOrigin): Promise<boolean> {
    const { etag, config } = reading as Reading;
    const body = replaceOriginHeader(config, this.#headerName, value);
    const response = await this.#call('PUT', `/${apiVersion}/distribution/${this.#id}/config`, body, { 'if-match': etag });
    if (response.statusCode === 412) return false;
    if (response.statusCode !== 200) throw refusal(response);
    return true;
  }

  async #call(method: string, path: string, body?: string, headers: Record<string, string> = {}): Promise<HttpResponse> {
    const { protocol, hostname, host, port } = this.#url;
    const request = new HttpRequest({
      method,
      protocol,
      hostname,
      path,
      headers: { host, ...(body === undefined ? {} : { 'content-type': 'application/xml' }), ...headers },
      ...(body !== undefined && { body }),
      ...(port !== '' && { port: Number(port) }),
    });
    try {
      const { response } = await this.#handler.handle(await this.#signer.sign(request));
      return response;
    } catch (cause) {
      throw new Unavailable('cloudfront', { cause });
    }
  }
}

/** CloudFront's name for what is wrong, and nothing of the document, which holds the secret. */
function refusal(response: HttpResponse): Unavailable {
  const [, code = 'no code'] = /<Code>(\w+)<\/Code>/.exec(String(response.body)) ?? [];
  const cause = Object.assign(new Error(`CloudFront answered ${response.statusCode} ${code}`), { name: code });
  return new Unavailable('cloudfront', { cause });
}
