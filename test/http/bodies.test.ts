import { createApi, signInBody } from '../support/api.ts';

describe('bodies', () => {
  it.each([
    ['malformed JSON', { rawBody: '{"email":' }, 400, 'invalid_request'],
    [
      'bytes that are not UTF-8',
      { rawBody: Buffer.from([0x7b, 0xff, 0x7d]).toString('base64'), isBase64Encoded: true },
      400,
      'invalid_request',
    ],
    ['an array', { body: [] }, 400, 'invalid_request'],
    ['null', { rawBody: 'null' }, 400, 'invalid_request'],
    ['nothing', {}, 400, 'invalid_request'],
    ['a missing field', { body: { email: 'anna@example.com' } }, 400, 'invalid_request'],
    ['a wrong type', { body: { ...signInBody, password: 12345678 } }, 400, 'invalid_request'],
    ['an object for a string', { body: { ...signInBody, email: { $ne: '' } } }, 400, 'invalid_request'],
    ['an unknown field', { body: { ...signInBody, admin: true } }, 400, 'invalid_request'],
    ['__proto__', { rawBody: '{"email":"anna@example.com","password":"x","__proto__":{"admin":true}}' }, 400, 'invalid_request'],
    ['an empty password', { body: { ...signInBody, password: '' } }, 400, 'invalid_request'],
    ['a password of 257 characters', { body: { ...signInBody, password: 'a'.repeat(257) } }, 400, 'invalid_request'],
    ['NUL in a password', { body: { ...signInBody, password: 'secret\u0000' } }, 400, 'invalid_request'],
    ['a lone surrogate in a password', { rawBody: '{"email":"anna@example.com","password":"abcdef\\ud800"}' }, 400, 'invalid_request'],
    ['a lone surrogate in the address', { rawBody: '{"email":"a\\ud800@example.com","password":"abcdef"}' }, 400, 'invalid_request'],
    ['no address', { body: { ...signInBody, email: 'anna' } }, 400, 'invalid_request'],
    ['an address of a thousand characters', { body: { ...signInBody, email: `${'a'.repeat(1000)}@example.com` } }, 400, 'invalid_request'],
    ['another delivery', { body: { ...signInBody, delivery: 'pigeon' } }, 400, 'invalid_request'],
    ['more than 16 KiB', { body: { ...signInBody, password: 'a'.repeat(17_000) } }, 413, 'payload_too_large'],
    ['a form', { rawBody: 'email=a', headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 415, 'unsupported_media_type'],
    ['text/plain JSON', { body: signInBody, headers: { 'content-type': 'text/plain' } }, 415, 'unsupported_media_type'],
    [
      'another charset',
      { body: signInBody, headers: { 'content-type': 'application/json; charset=utf-16' } },
      415,
      'unsupported_media_type',
    ],
    ['two content types', { body: signInBody, headers: { 'content-type': 'application/json, text/plain' } }, 415, 'unsupported_media_type'],
  ])('of %s get the problem that names it', async (_, options, status, code) => {
    const api = createApi();

    const response = await api.send('POST /v1/sign-in', options);

    expect([response.statusCode, response.json.code]).toEqual([status, code]);
    expect(response.json).toMatchObject({ type: `/problems/${code}`, status, requestId: 'request-1', title: expect.any(String) });
    expect(api.seen).toHaveLength(0);
  });

  it.each([
    ['the token alone', {}, 200],
    ['the password of the registration', { password: 'secret password' }, 200],
    ['an empty password', { password: '' }, 400],
    ['a password that is none', { password: null }, 400],
    ['a password of 257 characters', { password: 'a'.repeat(257) }, 400],
  ])('of a verification may have %s, or are refused', async (_, more, status) => {
    const api = createApi();

    const response = await api.send('POST /v1/accounts/verify', { body: { token: 'Zm9vYmFyLXRva2Vu'.repeat(3).slice(0, 43), ...more } });

    expect(response.statusCode).toBe(status);
  });

  it('errors name the field and what to do', async () => {
    const api = createApi();

    const { json } = await api.send('POST /v1/sign-in', { body: { email: 'anna', extra: 1 } });

    expect(json.errors).toEqual(
      expect.arrayContaining([
        { path: 'email', message: 'must be an e-mail address' },
        { path: 'password', message: 'must be a string' },
        { path: 'extra', message: 'is not a field of this request' },
      ]),
    );
  });

  it.each([
    ['a charset', 'application/json; charset=UTF-8'],
    ['capitals', 'Application/JSON'],
  ])('with %s in the content type are taken', async (_, type) => {
    const api = createApi();

    expect((await api.send('POST /v1/sign-in', { body: signInBody, headers: { 'content-type': type } })).statusCode).toBe(200);
  });
});
