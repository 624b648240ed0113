// Better Auth with sqlite, over TLS, as its documentation sets it up. One account, whose session cookie is printed with the port.
// Environment: PEER_DIRECTORY, TLS_KEY, TLS_CERTIFICATE.
import { createServer } from 'node:https';
import path from 'node:path';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { toNodeHandler } from 'better-auth/node';
import Database from 'better-sqlite3';

const { PEER_DIRECTORY, TLS_KEY, TLS_CERTIFICATE } = process.env;
const database = new Database(path.join(PEER_DIRECTORY, 'better-auth.sqlite'));
database.pragma('journal_mode = WAL');
const server = createServer({ key: TLS_KEY, cert: TLS_CERTIFICATE });
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const baseURL = `https://localhost:${server.address().port}`;

const options = {
  baseURL,
  secret: 'only for the benchmark, 32 characters at least',
  database,
  emailAndPassword: { enabled: true },
  // Its limits would stop the load; they are not what is measured.
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
};
const { runMigrations } = await getMigrations(options);
await runMigrations();
const auth = betterAuth(options);
server.on('request', toNodeHandler(auth));

const response = await auth.api.signUpEmail({
  body: { email: 'person@bench.example', password: 'a password of a person', name: 'Person' },
  asResponse: true,
});
if (!response.ok) throw new Error(`sign-up answered ${response.status} ${await response.text()}`);
const cookie = response.headers.getSetCookie().map((line) => line.split(';')[0]);
process.stdout.write(`ready ${baseURL} ${cookie.join('; ')}\n`);
process.once('SIGTERM', () => process.exit(0));
