/** A server for the account page that remembers what was done, as the real one would. */
import { randomBytes } from 'node:crypto';
import { type Answer, account, origin, problem, type Scripts, sessions, signedIn } from './stage.ts';
import { password } from './theatre.ts';

const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const uri = `otpauth://totp/Portiere:giulia.ferri%40example.com?secret=${secret}&issuer=Portiere&algorithm=SHA1&digits=6&period=30`;
export const recoveryCodes = Array.from({ length: 10 }, (_, index) => `7K2M-9QXT-04V${index}-HJ8R`);

export interface Passkey {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
  readonly synced: boolean;
}
export interface Device {
  readonly id: string;
  readonly rememberedAt: string;
  readonly expiresAt: string;
  readonly address: string;
  readonly userAgent: string;
  readonly current: boolean;
}

export interface AccountServer {
  readonly scripts: Scripts;
  account: typeof account;
  passkeys: Passkey[];
  devices: Device[];
  steppedUp: boolean;
}

const ago = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();

export const phone: Passkey = { id: 'passkey-1', name: 'Giulia’s phone', createdAt: ago(40), lastUsedAt: ago(1), synced: true };

export function rememberedDevices(): Device[] {
  return sessions.slice(0, 2).map(({ userAgent, address }, index) => ({
    id: `device-${index + 1}`,
    rememberedAt: ago(3),
    expiresAt: ago(-27),
    address,
    userAgent,
    current: index === 0,
  }));
}

const rpId = new URL(origin).hostname;
const challenge = () => randomBytes(32).toString('base64url');

/** Options as the server gives them: to sign in, to step up, to answer a challenge. */
export const requestOptions = (): Answer => ({
  status: 200,
  body: { options: { challenge: challenge(), rpId, userVerification: 'required', timeout: 300_000, allowCredentials: [] } },
});

export const creationOptions = (): Answer => ({
  status: 200,
  body: {
    options: {
      challenge: challenge(),
      rp: { id: rpId, name: 'Portiere' },
      user: { id: Buffer.from(account.id).toString('base64url'), name: account.email, displayName: account.email },
      pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      timeout: 300_000,
      attestation: 'none',
      excludeCredentials: [],
    },
  },
});

/** @param changes of the account's second factor */
export function startAccountServer(changes: Partial<typeof account.secondFactor> = {}): AccountServer {
  const guarded = (answer: () => Answer) => () => (server.steppedUp ? answer() : problem('step_up_required'));
  const turnOn = (method: 'totp' | 'passkey') => {
    const { secondFactor } = server.account;
    const methods = [...new Set([...secondFactor.methods, method, 'recovery_code' as const])];
    server.account = { ...server.account, secondFactor: { ...secondFactor, enabled: true, methods, recoveryCodesLeft: 10, dueAt: null } };
  };
  const isOverdue = () => server.account.secondFactor.dueAt !== null && Date.parse(server.account.secondFactor.dueAt) <= Date.now();
  const inside = (name: string) => (request: Parameters<NonNullable<Scripts[string]>>[0]) =>
    isOverdue() ? problem('enrolment_required') : (signedIn[name]?.(request) ?? problem('not_found'));
  const confirm = () => {
    server.steppedUp = true;
    return { status: 204 };
  };
  const server: AccountServer = {
    account: { ...account, secondFactor: { ...account.secondFactor, ...changes } },
    passkeys: changes.methods?.includes('passkey') ? [phone] : [],
    devices: [],
    steppedUp: false,
    scripts: {
      ...signedIn,
      'GET /v1/session': () => ({ status: 200, body: { account: server.account, session: sessions[0], csrfToken: 'csrf-1' } }),
      'GET /v1/sessions': inside('GET /v1/sessions'),
      'GET /v1/account/events': inside('GET /v1/account/events'),
      'GET /v1/account/passkeys': () => ({ status: 200, body: { passkeys: server.passkeys } }),
      'GET /v1/devices': () => ({ status: 200, body: { devices: server.devices } }),
      'POST /v1/session/step-up': (request) =>
        (request.postDataJSON() as { password: string }).password === password ? confirm() : problem('invalid_credentials'),
      'POST /v1/session/step-up/passkey/options': requestOptions,
      'POST /v1/session/step-up/passkey': confirm,
      'POST /v1/account/passkeys/options': guarded(creationOptions),
      'POST /v1/account/passkeys': (request) => {
        const { name } = request.postDataJSON() as { name: string };
        const passkey = { id: `passkey-${server.passkeys.length + 2}`, name, createdAt: ago(0), lastUsedAt: null, synced: false };
        const isFirst = !server.account.secondFactor.enabled;
        server.passkeys = [...server.passkeys, passkey];
        turnOn('passkey');
        return { status: 201, body: { passkey, ...(isFirst && { recoveryCodes }) } };
      },
      'DELETE /v1/account/passkeys/passkey-1': guarded(() => {
        server.passkeys = server.passkeys.filter(({ id }) => id !== 'passkey-1');
        return { status: 204 };
      }),
      'POST /v1/account/totp': guarded(() => ({ status: 201, body: { secret, uri } })),
      'POST /v1/account/totp/confirm': guarded(() => {
        turnOn('totp');
        return { status: 200, body: { recoveryCodes } };
      }),
      'DELETE /v1/devices/device-2': () => {
        server.devices = server.devices.filter(({ id }) => id !== 'device-2');
        return { status: 204 };
      },
      'DELETE /v1/devices': () => {
        server.devices = [];
        return { status: 204 };
      },
      'POST /v1/account/email': guarded(() => {
        server.account = { ...server.account, pendingEmail: 'giulia@studio.example' };
        return { status: 202, body: { status: 'accepted' } };
      }),
      'POST /v1/sign-out': () => ({ status: 204 }),
    },
  };
  return server;
}
