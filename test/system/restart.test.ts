import { spawn } from 'node:child_process';
import path from 'node:path';
import { freshAddress, freshEmail, System, Viewer } from '../support/system.ts';

const PASSWORD = 'correct horse battery';

jest.setTimeout(240_000);

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

  it('on a taken port is refused with a sentence that names the variable', async () => {
    const root = path.join(__dirname, '../..');
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
