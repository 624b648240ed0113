import { readFileSync } from 'node:fs';
import { generatedFile, generateEndpoints } from '../../client/generate.ts';
import { ConnectionError, createClient, ProblemError } from '../../client/index.ts';

interface Sent {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly credentials: string;
  readonly body: unknown;
}

/** A server that gives the scripted answers in order, and remembers what it was sent. */
function scriptedServer(...answers: (Response | Error)[]) {
  const sent: Sent[] = [];
  const fetch = async (url: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    sent.push({
      url: String(url),
      method: init.method ?? 'GET',
      headers: new Headers(init.headers),
      credentials: init.credentials ?? '',
      body: init.body === undefined ? undefined : JSON.parse(String(init.body)),
    });
    const answer = answers.shift();
    if (answer === undefined) throw new Error('no answer was scripted');
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { fetch, sent };
}

function problemResponse(status: number, body: object, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/problem+json', ...headers } });
}

const noContent = () => new Response(null, { status: 204 });
const whoAmI = (csrfToken: string) => Response.json({ account: {}, session: {}, csrfToken });
const baseUrl = 'https://accounts.example.com';

describe('the client', () => {
  test('knows every route of the contract: the generated file is up to date', () => {
    const generated = generateEndpoints();

    expect(readFileSync(generatedFile, 'utf8')).toBe(generated);
  });

  test('puts path parameters into the path, encoded, and the rest into the body', async () => {
    const { fetch, sent } = scriptedServer(noContent(), Response.json({ status: 'accepted' }, { status: 202 }));
    const client = createClient({ baseUrl, fetch });

    await client['sessions.end']({ id: 'a/b' });
    await client['password-reset.request']({ email: 'a@example.com' });

    expect(sent[0]).toMatchObject({ method: 'DELETE', url: `${baseUrl}/v1/sessions/a%2Fb`, body: undefined });
    expect(sent[0]?.headers.get('content-type')).toBeNull();
    expect(sent[1]).toMatchObject({ method: 'POST', body: { email: 'a@example.com' } });
    expect(sent[1]?.headers.get('content-type')).toBe('application/json');
  });

  test('turns a problem document into a ProblemError with code, wait and field errors', async () => {
    const errors = [{ path: 'password', message: 'must have at least 15 characters' }];
    const { fetch } = scriptedServer(
      problemResponse(422, { code: 'weak_password', title: 'Choose another password', errors, requestId: 'r-1' }),
      problemResponse(429, { code: 'account_locked', title: 'Wait', retryAfter: 120 }),
    );
    const client = createClient({ baseUrl, fetch });

    const weak = await client['accounts.register']({ email: 'a@example.com', password: 'x' }).catch((error: unknown) => error);
    const locked = await client['sign-in']({ email: 'a@example.com', password: 'x' }).catch((error: unknown) => error);

    expect(weak).toBeInstanceOf(ProblemError);
    expect(weak).toMatchObject({ code: 'weak_password', status: 422, errors, requestId: 'r-1', retryAfter: undefined });
    expect(locked).toMatchObject({ code: 'account_locked', retryAfter: 120 });
  });

  test.each([
    [403, 'blocked'],
    [429, 'rate_limited'],
    [502, 'unavailable'],
    [500, 'internal'],
    [418, 'invalid_request'],
  ])('reads a refusal %i that is no problem document as %s, with the wait of its header', async (status, code) => {
    const { fetch } = scriptedServer(new Response('<html>no</html>', { status, headers: { 'retry-after': '30' } }));

    const error = await createClient({ baseUrl, fetch })
      .health()
      .catch((reason: unknown) => reason);

    expect(error).toMatchObject({ code, status, retryAfter: 30 });
  });

  test('says ConnectionError when no answer comes, and gives an abort back as it was', async () => {
    const { fetch } = scriptedServer(new TypeError('fetch failed'), new Error('stopped'));
    const client = createClient({ baseUrl, fetch });

    const offline = await client.health().catch((error: unknown) => error);
    const aborted = await client.health(undefined, { signal: AbortSignal.abort('closed') }).catch((error: unknown) => error);

    expect(offline).toBeInstanceOf(ConnectionError);
    expect(aborted).toBe('closed');
  });

  test('[P20] sends the CSRF token that the session brought on every unsafe request, and on no safe one', async () => {
    const { fetch, sent } = scriptedServer(whoAmI('token-1'), Response.json({ sessions: [] }), noContent());
    const client = createClient({ baseUrl, fetch });

    await client['session.read']();
    await client['sessions.list']();
    await client['sessions.end-others']();

    expect(sent.map(({ headers }) => headers.get('x-csrf-token'))).toEqual([null, null, 'token-1']);
    expect(sent.every(({ credentials }) => credentials === 'include')).toBe(true);
  });

  test('[P20] fetches a fresh CSRF token once when the session has rotated, and repeats the refused request', async () => {
    const refused = () => problemResponse(403, { code: 'csrf_token_invalid', title: 'wrong' });
    const { fetch, sent } = scriptedServer(refused(), whoAmI('token-2'), noContent(), refused(), whoAmI('token-3'), refused());
    const client = createClient({ baseUrl, fetch });

    await client['sessions.end-others']();
    const second = await client['sessions.end-others']().catch((error: unknown) => error);

    expect(sent[2]?.headers.get('x-csrf-token')).toBe('token-2');
    expect(second).toMatchObject({ code: 'csrf_token_invalid' });
    expect(sent).toHaveLength(6);
  });

  test('[P20] fetches the CSRF token of the rotated session right after a step-up, so that nothing has to be refused first', async () => {
    const { fetch, sent } = scriptedServer(whoAmI('token-1'), noContent(), whoAmI('token-2'), noContent());
    const client = createClient({ baseUrl, fetch });

    await client['session.read']();
    await client['session.step-up']({ password: 'x' });
    await client['account.totp.remove']({ code: '123456' });

    expect(sent.map(({ method, headers }) => [method, headers.get('x-csrf-token')])).toEqual([
      ['GET', null],
      ['POST', 'token-1'],
      ['GET', null],
      ['DELETE', 'token-2'],
    ]);
    expect(sent[3]).toMatchObject({ url: `${baseUrl}/v1/account/totp`, body: { code: '123456' } });
    expect(sent[3]?.headers.get('content-type')).toBe('application/json');
  });

  test('a step-up that was carried out stays so when the session can not be read after it', async () => {
    const { fetch } = scriptedServer(noContent(), new TypeError('fetch failed'));

    await expect(createClient({ baseUrl, fetch })['session.step-up']({ password: 'x' })).resolves.toBeUndefined();
  });

  test('asks for the confirmation that the server wants, then repeats the request, once', async () => {
    const wanted = () => problemResponse(403, { code: 'step_up_required', title: 'Confirm your password first' });
    const { fetch, sent } = scriptedServer(wanted(), Response.json({ secret: 'A', uri: 'otpauth://totp/' }), wanted(), wanted());
    let asked = 0;
    const client = createClient({
      baseUrl,
      fetch,
      onStepUpRequired: async () => {
        asked += 1;
      },
    });

    const first = await client['account.totp.enrol']();
    const second = await client['account.totp.enrol']().catch((error: unknown) => error);

    expect(first).toEqual({ secret: 'A', uri: 'otpauth://totp/' });
    expect(second).toMatchObject({ code: 'step_up_required' });
    expect([asked, sent.length]).toEqual([2, 4]);
  });

  test('gives back the refusal where nobody answers for confirmations, and the reason where they are declined', async () => {
    const wanted = () => problemResponse(403, { code: 'step_up_required', title: 'Confirm your password first' });
    const silent = scriptedServer(wanted());
    const declining = scriptedServer(wanted());

    const refused = await createClient({ baseUrl, fetch: silent.fetch })
      ['account.totp.enrol']()
      .catch((error: unknown) => error);
    const declined = await createClient({ baseUrl, fetch: declining.fetch, onStepUpRequired: () => Promise.reject(new Error('no')) })
      ['account.totp.enrol']()
      .catch((error: unknown) => error);

    expect(refused).toMatchObject({ code: 'step_up_required' });
    expect(declined).toEqual(new Error('no'));
    expect(declining.sent).toHaveLength(1);
  });

  test('uses the bearer token of its sign-in, without cookies, until it signs out', async () => {
    const answer = { status: 'signed_in', account: {}, session: {}, csrfToken: 'c', token: 'bearer-1' };
    const { fetch, sent } = scriptedServer(Response.json(answer), noContent(), Response.json({ status: 'ok', parts: {} }));
    const client = createClient({ baseUrl, fetch });

    await client['sign-in']({ email: 'a@example.com', password: 'x', delivery: 'bearer' });
    await client['sign-out']();
    await client.health();

    expect(sent.map(({ headers }) => headers.get('authorization'))).toEqual([null, 'Bearer bearer-1', null]);
    expect(sent[1]).toMatchObject({ credentials: 'omit' });
    expect(sent[1]?.headers.get('x-csrf-token')).toBeNull();
  });
});
