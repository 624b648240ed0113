import http from 'node:http';
import { createClock, type LocalClock } from '../../local/clock.ts';
import { type Console, startConsole } from '../../local/console/server.ts';
import { readEnvironment, requirePort } from '../../local/environment.ts';
import { createFaults, type Faults } from '../../local/faults.ts';
import { openPager } from '../../local/pager.ts';
import type { Delivery } from '../../local/services/model.ts';
import { openState } from '../../local/state.ts';

let server: Console;
let clock: LocalClock;
let faults: Faults;
const advanced: number[] = [];

beforeAll(async () => {
  const state = openState(':memory:');
  clock = createClock(state);
  faults = createFaults(clock);
  const mails = [
    {
      id: '2',
      from: 'a',
      to: 'anna@example.com',
      subject: '<b>second</b>',
      text: 'https://localhost/verify#token=x',
      html: '',
      sentAt: '',
    },
    { id: '1', from: 'a', to: 'ben@example.com', subject: 'first', text: '', html: '', sentAt: '' },
  ];
  const sources = {
    edgeUrl: 'https://localhost:8443',
    mailbox: { list: (to?: string) => mails.filter((mail) => to === undefined || mail.to === to) },
    pager: { list: () => [] },
    alarms: { list: () => [], advance: async (seconds: number) => void advanced.push(seconds), stop: () => {} },
    metrics: { summary: () => [] },
    firewall: undefined,
    clock,
    faults,
    functions: { list: () => [{ id: 'mailer', name: 'Stack-mailer', roleArn: '', timeoutSeconds: 1 }] },
    logs: { names: () => ['mailer'], read: () => [{ at: '', text: 'a line' }] },
    authorizer: { denials: () => [] },
  };
  server = await startConsole({ ...(sources as unknown as Parameters<typeof startConsole>[0]), port: 0, log: () => {} });
});
afterAll(() => server.stop());

/** Not `fetch`: it would not let a test choose the Host. */
function ask(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; json: never; text: string }> {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', port: server.port, method, path, headers, agent: false }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => {
        const json = response.headers['content-type']?.startsWith('application/json') ? JSON.parse(text) : undefined;
        resolve({ status: response.statusCode ?? 0, json: json as never, text });
      });
    });
    request.on('error', reject);
    request.end(typeof body === 'string' ? body : body === undefined ? undefined : JSON.stringify(body));
  });
}

describe('the console', () => {
  test('gives the mailbox, of one address if asked', async () => {
    const all = await ask('GET', '/api/mail');
    const one = await ask('GET', '/api/mail?to=ben%40example.com');

    expect((all.json as { id: string }[]).map(({ id }) => id)).toEqual(['2', '1']);
    expect((one.json as { id: string }[]).map(({ id }) => id)).toEqual(['1']);
  });

  test('moves the clock through the alarms', async () => {
    const { status } = await ask('POST', '/api/clock', { advanceSeconds: 90 });

    expect(status).toBe(200);
    expect(advanced).toEqual([90]);
  });

  test('sets faults and ends them', async () => {
    const set = await ask('POST', '/api/faults', { service: 'function:mailer', mode: 'error', rate: 0.5, seconds: 30 });
    const during = faults.list().length;
    const cleared = await ask('DELETE', '/api/faults');

    expect([set.status, during, cleared.status, faults.list().length]).toEqual([200, 1, 200, 0]);
  });

  test.each([
    ['POST', '/api/clock', { advanceSeconds: -1 }, 'advanceSeconds must be a number over 0'],
    ['POST', '/api/clock', { advanceSeconds: '60' }, 'advanceSeconds must be a number over 0'],
    ['POST', '/api/clock', { advance: 60 }, 'unknown field "advance"'],
    ['POST', '/api/clock', '{', 'the body is not JSON'],
    ['POST', '/api/clock', '[]', 'the body must be a JSON object'],
    ['POST', '/api/clock', 'x'.repeat(20_000), 'the body is over 16384 bytes'],
    ['POST', '/api/faults', { service: 'toaster', mode: 'error', rate: 1, seconds: 1 }, 'service must be one of'],
    ['POST', '/api/faults', { service: 'function:nobody', mode: 'error' }, 'there is no function "nobody": the functions are mailer'],
    ['POST', '/api/faults', { service: 'kms', mode: 'melt', rate: 1, seconds: 1 }, 'mode must be one of'],
    ['GET', '/api/logs?function=nobody', undefined, 'there is no log "nobody"'],
  ])('%s %s with %j is answered with a sentence', async (method, path, body, sentence) => {
    const { status, json } = await ask(method, path, body);

    expect(status).toBe(400);
    expect((json as { error: string }).error).toContain(sentence);
  });

  test.each([
    ['GET', '/api/nothing', 404],
    ['DELETE', '/api/mail', 405],
    ['GET', '/../package.json', 404],
  ])('%s %s is %i', async (method, path, status) => {
    expect((await ask(method, path)).status).toBe(status);
  });

  test.each([
    ['a name that was pointed at this machine', { Host: 'evil.example' }],
    ['a page of another origin', { Origin: 'https://evil.example' }],
    ['a sandboxed page', { Origin: 'null' }],
    ['a request of another site without an origin', { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors' }],
  ])('%s gets nothing', async (_title, headers) => {
    const read = await ask('GET', '/api/mail', undefined, headers);
    const write = await ask('POST', '/api/clock', { advanceSeconds: 1 }, headers);

    expect([read.status, write.status]).toEqual([403, 403]);
    expect(read.text).not.toContain('anna@example.com');
  });

  test('shows a person the same, with no script or style in the page itself', async () => {
    const page = await ask('GET', '/');
    const script = await ask('GET', '/console.js');

    expect(page.status).toBe(200);
    expect(page.text).not.toMatch(/<script>|<style|\son\w+=|style=/);
    expect(script.text).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write/);
  });
});

describe('the on-call phone', () => {
  const delivery = (protocol: Delivery['protocol'], message: string): Delivery => ({
    messageId: message,
    topicArn: 'arn:topic',
    protocol,
    endpoint: '+390200000000',
    message,
    attributes: {},
    at: '2026-01-01T00:00:00.000Z',
  });

  test('holds what reached phones and mailboxes, newest first, also after a restart', () => {
    const state = openState(':memory:');
    let deliver = (_delivery: Delivery) => {};
    const topics = {
      onDelivery(listener: (delivery: Delivery) => void) {
        deliver = listener;
      },
    };
    openPager(state, topics);
    deliver(delivery('sms', 'first'));
    deliver(delivery('lambda', 'to a function'));
    deliver(delivery('email', 'second'));

    const reopened = openPager(state, topics);

    expect(reopened.list().map(({ message }) => message)).toEqual(['second', 'first']);
  });
});

describe('the variables of npm start', () => {
  test('have the defaults that are promised', () => {
    expect(readEnvironment({})).toMatchObject({ port: 8443, httpPort: 8080, statusPort: 8444, consolePort: 8025, isVerbose: false });
  });

  test.each([
    [{ PORT: 'abc' }, 'PORT is "abc"'],
    [{ HTTP_PORT: '70000' }, 'HTTP_PORT is "70000"'],
    [{ CONSOLE_PORT: '-1' }, 'CONSOLE_PORT is "-1"'],
    [{ PORT: '1.5' }, 'PORT is "1.5"'],
    [{ PORT: '9000', CONSOLE_PORT: '9000' }, 'CONSOLE_PORT and PORT are both 9000'],
    [{ LOG: 'loud' }, 'LOG is "loud"'],
    [{ DATA_DIR: '' }, 'DATA_DIR is empty'],
  ])('%j is refused with a sentence', (variables, sentence) => {
    expect(() => readEnvironment(variables)).toThrow(sentence);
  });

  test('any free port may be asked for, for all of them', () => {
    expect(readEnvironment({ PORT: '0', HTTP_PORT: '0', STATUS_PORT: '0', CONSOLE_PORT: '0', DATA_DIR: ':memory:' })).toMatchObject({
      port: 0,
      dataDirectory: ':memory:',
    });
  });

  test('a taken port is known before the long work', async () => {
    await expect(requirePort(server.port, 'CONSOLE_PORT')).rejects.toThrow(
      `Port ${server.port} is taken: set CONSOLE_PORT to another one.`,
    );
  });
});
