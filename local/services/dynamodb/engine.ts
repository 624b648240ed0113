/** dynalite behind our own endpoint: it never listens while it serves; requests are handed to its listener in process. */
import { EventEmitter } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import dynalite from 'dynalite';
import { AwsError } from '../aws-error.ts';
import type { Input } from '../json-protocol.ts';
import { rememberExpressions } from './expression-cache.ts';

const targetPrefix = 'DynamoDB_20120810';

export interface ReplayedCall {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export class DynamoEngine {
  readonly #server: Server;

  /** @param path folder of the files; in memory if undefined */
  constructor(path: string | undefined, account: string, region: string) {
    rememberExpressions();
    // dynalite reads account and region, which appear in its ARNs, from the environment, while it is created.
    const before = { AWS_ACCOUNT_ID: process.env.AWS_ACCOUNT_ID, AWS_REGION: process.env.AWS_REGION };
    Object.assign(process.env, { AWS_ACCOUNT_ID: account, AWS_REGION: region });
    try {
      this.#server = dynalite({ ...(path === undefined ? {} : { path }), createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
    } finally {
      for (const [name, value] of Object.entries(before)) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
  }

  /** Answers on `response`, headers and body as dynalite writes them. */
  replay({ method, path, headers, body }: ReplayedCall, response: Pick<ServerResponse, 'setHeader' | 'end' | 'statusCode'>): void {
    const request = Object.assign(new EventEmitter(), { method, url: path, headers });
    this.#server.emit('request', request, response);
    request.emit('data', body);
    request.emit('end');
  }

  /**
   * A call of our own, which no policy and no fault concerns.
   *
   * @throws AwsError as DynamoDB would answer
   */
  call(action: string, input: object): Promise<Input> {
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `${targetPrefix}.${action}`,
      'x-amz-date': '20260101T000000Z',
      authorization: 'AWS4-HMAC-SHA256 Credential=local, SignedHeaders=host, Signature=none',
    };
    return new Promise((resolve, reject) => {
      const response = {
        statusCode: 200,
        setHeader: () => response,
        end: (text: string) => {
          const output = JSON.parse(text);
          if (response.statusCode === 200) resolve(output);
          else
            reject(
              new AwsError(String(output.__type).split('#').at(-1) ?? '', output.message ?? output.Message ?? '', response.statusCode),
            );
        },
      };
      const body = Buffer.from(JSON.stringify(input));
      this.replay({ method: 'POST', path: '/', headers, body }, response as unknown as ServerResponse);
    });
  }

  /** dynalite closes its files only after a server that listens was closed: it listens for that moment, answering nobody. */
  close(): Promise<void> {
    this.#server.removeAllListeners('request');
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', () => this.#server.close((error) => (error ? reject(error) : resolve())));
    });
  }
}
