/** The functions as they deploy: what is in the bundles, what is not, and that the lean AWS SDK in them still works. */
import { execFile } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { type FunctionPrivileges, privileges } from '../../contract/privileges.ts';
import { type Bundles, bundleEntries, bundleFunctions } from '../../lib/bundling/functions.ts';

const KB = 1024;
const leftOut =
  /node_modules\/(@aws-sdk\/(credential-provider-(sso|ini|process|web-identity|login|http|cognito-identity)|token-providers|nested-clients)|@smithy\/(credential-provider-imds|core\/dist-\w+\/submodules\/(event-streams|cbor))|mnemonist|bowser)\//;
const secretKey = 'a-secret-key';
const credentials = { AWS_ACCESS_KEY_ID: 'AKIDPROBE', AWS_SECRET_ACCESS_KEY: secretKey, AWS_SESSION_TOKEN: 'a-session-token' };

let directory: string;
let functions: Bundles;
let probe: string;

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'portiere-bundling-'));
  functions = await bundleFunctions(path.join(directory, 'functions'));
  await bundleEntries({ probe: path.join(__dirname, 'fixtures/bundle-probe.ts') }, directory);
  probe = path.join(directory, 'probe/index.mjs');
}, 600_000);

afterAll(() => rmSync(directory, { recursive: true, force: true }));

function fileSizes(folder: string): Record<string, number> {
  return Object.fromEntries(readdirSync(folder).map((name) => [name, statSync(path.join(folder, name)).size]));
}

describe('The bundles of the functions', () => {
  it('are one for each function of the privileges, and nothing beside them but the list of common passwords', () => {
    const files = Object.fromEntries(Object.entries(functions.folders).map(([id, folder]) => [id, readdirSync(folder).sort()]));

    expect(Object.keys(files).sort()).toEqual(Object.keys(privileges).sort());
    expect(files.password).toEqual(['common-passwords.bin', 'index.mjs']);
    expect(Object.values({ ...files, password: ['index.mjs'] })).toEqual(Object.keys(privileges).map(() => ['index.mjs']));
  });

  it('stay within their budgets: password 450 KB with its list, second-factor and passkey 420 KB, session 220 KB', () => {
    const password = fileSizes(functions.folders.password);
    const session = fileSizes(functions.folders.session);
    const secondFactor = fileSizes(functions.folders['second-factor']);
    const passkey = fileSizes(functions.folders.passkey);

    expect(Object.values(password).reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(450 * KB);
    expect(session['index.mjs']).toBeLessThanOrEqual(220 * KB);
    expect(secondFactor['index.mjs']).toBeLessThanOrEqual(420 * KB);
    expect(passkey['index.mjs']).toBeLessThanOrEqual(420 * KB);
  });

  it('contain no code of the credential providers and features that Lambda never uses', () => {
    const inputs = Object.values(functions.metafiles).flatMap(({ outputs }) =>
      Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs)),
    );

    expect(inputs.filter((input) => leftOut.test(input))).toEqual([]);
    expect(inputs.filter((input) => input.includes('@aws-sdk/credential-provider-env/'))).not.toEqual([]);
  });

  it('give the session function no hashing, no keys, no queue and no mail', () => {
    const inputs = Object.keys(functions.metafiles.session?.inputs ?? {});

    expect(inputs.filter((input) => /bcryptjs|client-kms|client-sqs|client-sesv2|common-password/.test(input))).toEqual([]);
    expect(inputs.length).toBeGreaterThan(100);
  });

  it('give each library of second factors to its own function, and the call of `password` to those that may', () => {
    const inputsOf = (id: string) => Object.keys(functions.metafiles[id]?.inputs ?? {});
    const having = (pattern: RegExp) => Object.keys(privileges).filter((id) => inputsOf(id).some((input) => pattern.test(input)));

    // The canary is an authenticator of its own: it knows one secret, and reaches nobody else's.
    expect(having(/otplib/).sort()).toEqual(['canary', 'second-factor']);
    expect(having(/@simplewebauthn/)).toEqual(['passkey']);
    expect(having(/client-lambda/)).toEqual(
      Object.entries<FunctionPrivileges>(privileges).flatMap(([id, { invokes }]) => (invokes ? [id] : [])),
    );
    for (const id of ['second-factor', 'passkey']) {
      expect(inputsOf(id).filter((input) => /bcryptjs|client-sesv2|common-password/.test(input))).toEqual([]);
    }
    expect(inputsOf('passkey').filter((input) => /client-kms|peculiar\/x509|reflect-metadata/.test(input))).toEqual([]);
  });

  it('carry a table of their own routes; only the one that describes the API has them all', () => {
    const tableOf = (id: string) =>
      Object.keys(functions.metafiles[id]?.inputs ?? {}).filter((input) => input.startsWith('contract/routes.ts'));
    const served = Object.fromEntries(Object.keys(privileges).flatMap((id) => (tableOf(id).length > 0 ? [[id, tableOf(id)]] : [])));
    const { public: whole, ...others } = served;

    expect(Object.keys(others).length).toBeGreaterThan(10);
    expect(others).toEqual(Object.fromEntries(Object.keys(others).map((id) => [id, [`contract/routes.ts?function=${id}`]])));
    expect(whole).toEqual(['contract/routes.ts']);
    expect(readFileSync(path.join(functions.folders.session, 'index.mjs'), 'utf8')).not.toContain('/v1/sign-in/second-factor');
  });

  it('are the same bytes when they are built again', async () => {
    const again = await bundleFunctions(path.join(directory, 'again'));

    for (const [id, folder] of Object.entries(functions.folders)) {
      for (const file of readdirSync(folder)) {
        const digests = [folder, again.folders[id as keyof typeof again.folders]].map((place) =>
          createHash('sha256')
            .update(readFileSync(path.join(place, file)))
            .digest('hex'),
        );
        expect({ id, file, digest: digests[1] }).toEqual({ id, file, digest: digests[0] });
      }
    }
  }, 600_000);
});

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A service on loopback that notes what it is asked and answers as it is told. */
async function listen(
  answer: (seen: Seen) => { status: number; body: unknown },
): Promise<{ server: Server; endpoint: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const call = {
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers as Record<string, string>,
      body: Buffer.concat(chunks).toString(),
    };
    seen.push(call);
    const { status, body } = answer(call);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

async function runProbe(calls: readonly string[], environment: Readonly<Record<string, string>>): Promise<Record<string, unknown>[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [probe], {
    env: { HOME: directory, AWS_REGION: 'eu-south-1', ...environment, PROBE_CALLS: calls.join(',') },
  });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** Signature Version 4 as AWS documents it, written apart from the SDK. @returns the signature that the request should carry */
function expectedSignature(call: Seen, region: string): string {
  const { authorization = '' } = call.headers;
  const scope = /Credential=[^/]+\/([^,]+),/.exec(authorization)?.[1] ?? '';
  const signedHeaders = /SignedHeaders=([^,]+),/.exec(authorization)?.[1] ?? '';
  const [day = '', scopeRegion, service = ''] = scope.split('/');
  expect(scopeRegion).toBe(region);
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const canonicalHeaders = signedHeaders
    .split(';')
    .map((name) => `${name}:${call.headers[name]?.trim()}\n`)
    .join('');
  const canonical = [call.method, call.url, '', canonicalHeaders, signedHeaders, sha256(call.body)].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', call.headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  const key = hmac(hmac(hmac(hmac(`AWS4${secretKey}`, day), region), service), 'aws4_request');
  return hmac(key, toSign).toString('hex');
}

describe('The AWS SDK in a bundle', () => {
  let server: Server | undefined;

  afterEach(async () => {
    await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
    server = undefined;
  });

  it('takes the credentials and the region that Lambda puts into the environment, and signs every service with them', async () => {
    // SQS answers with the MD5 of the message, which the client checks.
    const service = await listen(() => ({ status: 200, body: { MD5OfMessageBody: createHash('md5').update('{}').digest('hex') } }));
    server = service.server;

    const calls = ['read', 'mac', 'secret', 'message', 'mail', 'invoke'];

    const results = await runProbe(calls, {
      ...credentials,
      AWS_ENDPOINT_URL: service.endpoint,
    });

    expect(results.map(({ name, error, message }) => ({ name, error, message }))).toEqual(
      calls.map((name) => ({ name, error: undefined, message: undefined })),
    );
    expect(service.seen.map((call) => /Credential=AKIDPROBE\/\d{8}\/[\w-]+\/(\w+)\//.exec(call.headers.authorization ?? '')?.[1])).toEqual([
      'dynamodb',
      'kms',
      'secretsmanager',
      'sqs',
      'ses',
      'lambda',
    ]);
    for (const call of service.seen) {
      expect(call.headers['x-amz-security-token']).toBe('a-session-token');
      expect(call.headers.authorization).toContain(`Signature=${expectedSignature(call, 'eu-south-1')}`);
    }
  });

  it('passes on the trace of the request, by which Lambda ends functions that call each other in a circle', async () => {
    const service = await listen(() => ({ status: 200, body: {} }));
    server = service.server;

    await runProbe(['invoke'], {
      ...credentials,
      AWS_ENDPOINT_URL: service.endpoint,
      AWS_LAMBDA_FUNCTION_NAME: 'second-factor',
      _X_AMZN_TRACE_ID: 'Root=1-a;Lineage=1',
    });

    expect(service.seen.map(({ headers }) => headers['x-amzn-trace-id'])).toEqual(['Root=1-a;Lineage=1']);
  });

  it('says which provider is left out when there are no credentials, instead of looking for them elsewhere', async () => {
    writeFileSync(path.join(directory, 'credentials'), `[default]\naws_access_key_id=AKIDFILE\naws_secret_access_key=${secretKey}\n`);
    const service = await listen(() => ({ status: 200, body: {} }));
    server = service.server;

    const results = await runProbe(['mac', 'read'], {
      AWS_ENDPOINT_URL: service.endpoint,
      AWS_SHARED_CREDENTIALS_FILE: path.join(directory, 'credentials'),
    });

    expect(results).toEqual([
      expect.objectContaining({ name: 'mac', message: expect.stringContaining('is not part of this bundle') }),
      expect.objectContaining({ name: 'read', error: 'CredentialsProviderError' }),
    ]);
    expect(service.seen).toEqual([]);
  });

  it('reads no configuration file, for there is none in Lambda', async () => {
    writeFileSync(path.join(directory, 'config'), '[default]\nregion = us-west-2\nendpoint_url = http://127.0.0.1:1\nmax_attempts = 1\n');
    const service = await listen(({ headers }) => ({
      status: 200,
      body: headers['x-amz-target']?.startsWith('DynamoDB') ? { Item: { accountId: { S: 'a-1' } } } : { SecretString: 's' },
    }));
    server = service.server;

    const results = await runProbe(['read', 'secret'], {
      ...credentials,
      AWS_ENDPOINT_URL: service.endpoint,
      AWS_CONFIG_FILE: path.join(directory, 'config'),
    });

    expect(results.map(({ answer }) => answer)).toEqual([{ Item: { accountId: 'a-1' } }, { SecretString: 's' }]);
    expect(service.seen.every((call) => call.headers.authorization?.includes('/eu-south-1/'))).toBe(true);
  });

  it('tells exceptions apart: by class where our sources name it, by name always', async () => {
    const service = await listen(({ headers }) => ({
      status: 400,
      body: headers['x-amz-target']?.endsWith('PutItem')
        ? { __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException', message: 'no' }
        : { __type: 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException', message: 'no table' },
    }));
    server = service.server;

    const results = await runProbe(['write', 'read'], { ...credentials, AWS_ENDPOINT_URL: service.endpoint });

    expect(results).toEqual([
      { name: 'write', error: 'ConditionalCheckFailedException', message: 'no', isConditional: true },
      { name: 'read', error: 'ResourceNotFoundException', message: 'no table', isConditional: false },
    ]);
  });

  it('tries again when a service throttles or fails, and gives up after the attempts it was given', async () => {
    let failures = 0;
    const service = await listen(({ headers }) => {
      failures += 1;
      if (headers['x-amz-target']?.startsWith('DynamoDB') && failures % 3 !== 0) {
        return {
          status: 400,
          body: { __type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException', message: 'slow down' },
        };
      }
      return headers['x-amz-target']?.startsWith('DynamoDB')
        ? { status: 200, body: { Item: { accountId: { S: 'a-1' } } } }
        : { status: 500, body: { __type: 'KMSInternalException', message: 'broken' } };
    });
    server = service.server;

    const results = await runProbe(['read', 'mac'], { ...credentials, AWS_ENDPOINT_URL: service.endpoint });

    expect(results).toEqual([
      { name: 'read', answer: { Item: { accountId: 'a-1' } } },
      expect.objectContaining({ name: 'mac', error: 'KMSInternalException', message: 'broken' }),
    ]);
    expect(service.seen.length).toBe(6);
  });
});
