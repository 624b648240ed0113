import { spawn } from 'node:child_process';
import path from 'node:path';
import { securityPolicy } from '../../contract/security-policy.ts';
import { freshAddress, freshEmail, System, Viewer } from '../support/system.ts';

const PASSWORD = 'correct horse battery';

const root = path.join(__dirname, '../..');

jest.setTimeout(600_000);

const requestsPerAddress = 300;

/** Two functions, asked again and again until told to stop. @returns what each answered */
function startTraffic(system: System): { stop(): Promise<string[]> } {
  const statuses: string[] = [];
  let isOver = false;
  const ask = async (route: string) => {
    // Each address asks less than the edge lets through of one, however long it takes.
    while (!isOver) {
      const viewer = new Viewer(system, freshAddress());
      for (let sent = 0; sent < requestsPerAddress && !isOver; sent++) {
        statuses.push(`${route} ${(await viewer.send(`GET ${route}`)).status}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      viewer.close();
    }
  };
  const callers = ['/v1/health', '/v1/session'].map(ask);
  return {
    async stop() {
      isOver = true;
      await Promise.all(callers);
      return statuses;
    },
  };
}

/** What the clock starts has no moment of its own. */
async function awaitEvent(system: System, event: string): Promise<void> {
  const read = async () => JSON.stringify(await system.readConsole('/api/logs?function=rotation'));
  await system.until(async () => (await read()).includes(event) || undefined, event);
}

describe('a restart', () => {
  it('after kill -9 loses nothing that was acknowledged: accounts, sessions, locks, mail under way', async () => {
    const first = await System.start(undefined, { ASSEMBLY: '' });
    const ports = { PORT: new URL(first.edge).port, CONSOLE_PORT: new URL(first.console).port, HTTP_PORT: new URL(first.plain).port };
    const email = freshEmail();
    const [anna, locked] = [new Viewer(first, freshAddress()), freshEmail('locked')];
    await anna.register(email, PASSWORD);
    await anna.signIn(email, PASSWORD);
    for (let guess = 0; guess < 5; guess++) await new Viewer(first, freshAddress()).signIn(locked, 'wrong');
    await first.tellConsole('POST', '/api/faults', { service: 'ses', mode: 'error', rate: 1, seconds: 3600 });
    const pending = freshEmail('pending');
    const accepted = await anna.send('POST /v1/accounts', { body: { email: pending, password: PASSWORD } });

    await first.kill();
    const second = await System.start(first.dataDirectory, ports);
    try {
      await second.tellConsole('DELETE', '/api/faults');
      const again = new Viewer(second, freshAddress());
      for (const [name, value] of anna.cookies) again.cookies.set(name, value);

      expect(accepted.status).toBe(202);
      expect((await again.send('GET /v1/session')).json.account.email).toBe(email);
      expect((await new Viewer(second, freshAddress()).signIn(locked, 'wrong')).json.code).toBe('account_locked');
      await second.advance(120);
      const token = await second.awaitToken(pending, '/verify');
      expect((await again.send('POST /v1/accounts/verify', { body: { token } })).status).toBe(204);
      expect(await second.stop()).toBe(0);
    } finally {
      await second.remove();
    }
  });

  it('[P16] in the middle of a change of the origin secret: it goes on, and of a constant stream of requests none is refused', async () => {
    const { learnSeconds, overlapSeconds, runEverySeconds } = securityPolicy.originSecret;
    const first = await System.start();
    const ports = { PORT: new URL(first.edge).port, CONSOLE_PORT: new URL(first.console).port, HTTP_PORT: new URL(first.plain).port };
    const earlier = startTraffic(first);
    const { stdout } = await first.ops('origin', 'rotate', '--json');
    await first.advance(learnSeconds);
    await awaitEvent(first, 'origin_secret.edge_sends_next');
    const statuses = await earlier.stop();

    await first.kill();
    const second = await System.start(first.dataDirectory, ports);
    try {
      const later = startTraffic(second);
      await second.advance(runEverySeconds);
      await awaitEvent(second, 'origin_secret.rotated');
      await second.advance(overlapSeconds);
      await awaitEvent(second, 'origin_secret.previous_ended');
      statuses.push(...(await later.stop()));

      expect(JSON.parse(stdout)).toMatchObject({ step: 'make_next' });
      expect(new Set(statuses)).toEqual(new Set(['/v1/health 200', '/v1/session 401']));
      expect(statuses.length).toBeGreaterThan(20);
      expect(await second.readConsole('/api/denials')).toEqual([]);
      expect(JSON.stringify(await second.readConsole('/api/logs?function=rotation'))).not.toContain('ERROR');
    } finally {
      await second.remove();
    }
  });

  it('on a taken port is refused with a sentence that names the variable', async () => {
    const { createServer } = await import('node:net');
    const taken = createServer();
    const port = await new Promise<number>((resolve) => {
      taken.listen(0, '127.0.0.1', () => resolve((taken.address() as { port: number }).port));
    });

    const child = spawn(process.execPath, ['local/main.ts'], {
      cwd: root,
      env: { ...process.env, PORT: String(port), HTTP_PORT: '0', STATUS_PORT: '0', CONSOLE_PORT: '0', DATA_DIR: ':memory:' },
    });
    let output = '';
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
    });
    const code = await new Promise((resolve) => child.on('exit', resolve));
    taken.close();

    expect(code).not.toBe(0);
    expect(output).toMatch(/\bPORT\b/);
    expect(output).toContain(String(port));
    expect(output).not.toMatch(/\n\s+at /);
  });
});
