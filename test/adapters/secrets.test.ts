import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

let server: Server;
let values: { AWSCURRENT?: string; AWSPREVIOUS?: string; AWSPENDING?: string };
let failing: boolean;
let asked: number;
let silent: boolean;
let now: number;

beforeEach(async () => {
  now = 0;
  silent = false;
  failing = false;
  asked = 0;
  values = { AWSCURRENT: 'first' };
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      asked += 1;
      if (silent) return;
      if (failing) return void response.writeHead(400).end(JSON.stringify({ __type: 'AccessDeniedException', Message: 'no' }));
      const { VersionStage = 'AWSCURRENT' } = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      const value = values[VersionStage as keyof typeof values];
      response.setHeader('content-type', 'application/x-amz-json-1.1');
      if (value === undefined)
        response.writeHead(400).end(JSON.stringify({ __type: 'ResourceNotFoundException', Message: 'no such version' }));
      else response.end(JSON.stringify({ SecretString: value }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_REGION: 'eu-south-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function originSecret() {
  jest.resetModules();
  const { Secret } = await import('../../lambda/adapters/secrets.ts');
  return new Secret('arn:aws:secretsmanager:eu-south-1:000000000000:secret:origin', { now: () => now, pause: async () => undefined }, true);
}

describe('the origin secret', () => {
  it('that was never rotated has one value', async () => {
    const secret = await originSecret();

    expect([await secret.matches('first'), await secret.matches('second'), await secret.matches('')]).toEqual([true, false, false]);
  });

  it('keeps both values valid across a rotation, and drops the one before them', async () => {
    const secret = await originSecret();
    await secret.matches('first');

    values = { AWSCURRENT: 'second', AWSPREVIOUS: 'first' };
    now += 60_000;
    const during = [await secret.matches('second'), await secret.matches('first')];
    values = { AWSCURRENT: 'third', AWSPREVIOUS: 'second' };
    now += 60_000;
    const after = [await secret.matches('third'), await secret.matches('second'), await secret.matches('first')];

    expect([during, after]).toEqual([
      [true, true],
      [true, true, false],
    ]);
  });

  it('[P16] takes the next value before it is current: the edge may send it first', async () => {
    const secret = await originSecret();
    await secret.matches('first');

    values = { AWSCURRENT: 'first', AWSPENDING: 'next' };
    now += 60_000;

    expect([await secret.matches('next'), await secret.matches('first'), await secret.matches('other')]).toEqual([true, true, false]);
  });

  it('[P16] costs a flood of forgeries one reading in ten seconds, not one a forgery', async () => {
    const secret = await originSecret();

    for (let hit = 0; hit < 1000; hit++) await secret.matches(`forgery ${hit}`);
    const atOnce = asked;
    now += 10_000;
    for (let hit = 0; hit < 1000; hit++) await secret.matches(`forgery ${hit}`);

    expect([atOnce, asked]).toEqual([3, 6]);
  });

  it('[P16] refuses nothing on the word of an old copy: what it does not know may be the next value of our own edge', async () => {
    const secret = await originSecret();
    await secret.matches('first');
    failing = true;
    now += 6 * 60_000;

    await expect(secret.matches('next')).rejects.toThrow('secrets is unavailable');
    const known = await secret.matches('first');
    const askedSoFar = asked;
    for (let hit = 0; hit < 50; hit++) await secret.matches('next').catch(() => undefined);

    expect(known).toBe(true);
    expect(asked).toBe(askedSoFar);
  });

  it('a service that never answers is unavailable, not waited for until the function is stopped', async () => {
    const secret = await originSecret();
    silent = true;

    await expect(secret.read()).rejects.toThrow('secrets is unavailable');
  });
});
