/** Sequential round trips to the store: what a sign-in and a session check cost, counted and not timed. */

import type { Context } from 'aws-lambda';
import { routes } from '../../contract/routes.ts';
import { createBudgets } from '../../lambda/domain/budgets.ts';
import { answerChallenge } from '../../lambda/domain/second-factor/challenge.ts';
import { mintSession, serialiseToken } from '../../lambda/domain/sessions.ts';
import { signIn } from '../../lambda/domain/sign-in.ts';
import { createPipeline } from '../../lambda/http/pipeline.ts';
import { answer } from '../../lambda/http/responses.ts';
import { call, createFrontDoor } from '../support/front-door.ts';
import { httpEvent, ORIGIN_SECRET, SITE } from '../support/http-event.ts';
import { createSecondFactorDoor } from '../support/second-factor.ts';

const EMAIL = 'anna@example.com';
const PASSWORD = 'correct horse battery';

/** Counts how many calls had to wait for another one to come back: those that overlap are one round trip. */
function createTripCounter() {
  let completed = 0;
  let deepest = 0;
  const wrap = <T extends object>(store: T): T =>
    new Proxy(store, {
      get(target, name) {
        const member = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return async (...parameters: unknown[]) => {
          const depth = completed + 1;
          deepest = Math.max(deepest, depth);
          await new Promise((resolve) => setImmediate(resolve));
          try {
            return await member.apply(target, parameters);
          } finally {
            completed = Math.max(completed, depth);
          }
        };
      },
    });
  return {
    wrap,
    reset() {
      completed = 0;
      deepest = 0;
    },
    trips: () => deepest,
  };
}

function createCountedDoor() {
  const door = createFrontDoor();
  const counter = createTripCounter();
  const stores = Object.fromEntries(Object.entries(door.stores).map(([name, store]) => [name, counter.wrap(store)]));
  const budgets = createBudgets({ clock: door.services.clock, store: counter.wrap(door.budgetStore) });
  return { door, counter, services: { ...door.services, ...stores, budgets } as typeof door.services };
}

describe('sequential round trips to the store', () => {
  it.each([
    ['a right password from a stranger', PASSWORD, false],
    ['a right password from a known device', PASSWORD, true],
    ['a wrong password', 'wrong', false],
  ])('a sign-in with %s takes two', async (_, password, known) => {
    const { door, counter, services } = createCountedDoor();
    const deviceCookie = await door.createAccount(EMAIL, PASSWORD);
    counter.reset();

    await signIn(services, call(known ? { deviceCookie } : {}), { email: EMAIL, password });

    expect(counter.trips()).toBe(2);
  });

  it('a sign-in from a known device asks nothing of the store about its address; a stranger’s asks once, beside the first reading', async () => {
    const { door, services } = createCountedDoor();
    const deviceCookie = await door.createAccount(EMAIL, PASSWORD);

    await signIn(services, call({ deviceCookie }), { email: EMAIL, password: PASSWORD });
    const known = door.budgetStore.writes;
    await signIn(services, call(), { email: EMAIL, password: PASSWORD });

    expect([known, door.budgetStore.writes]).toEqual([0, 1]);
  });

  it('a sign-in to an unknown address takes two as well', async () => {
    const { counter, services } = createCountedDoor();

    await signIn(services, call(), { email: 'nobody@example.com', password: PASSWORD });

    expect(counter.trips()).toBe(2);
  });

  it('a sign-in on the day after the last one takes two', async () => {
    const { door, counter, services } = createCountedDoor();
    await door.createAccount(EMAIL, PASSWORD);
    await signIn(services, call(), { email: EMAIL, password: PASSWORD });
    door.advance(36 * 3600);
    counter.reset();

    await signIn(services, call(), { email: EMAIL, password: PASSWORD });

    expect(counter.trips()).toBe(2);
  });

  it('a sign-in up to the challenge takes two, and so does one from a remembered device; a second more where it was forgotten', async () => {
    const door = createSecondFactorDoor();
    const anna = await door.enrolled();
    const counter = createTripCounter();
    const stores = Object.fromEntries(Object.entries(door.stores).map(([name, store]) => [name, counter.wrap(store)]));
    const services = { ...door.services, ...stores } as typeof door.services;
    const trips = async (deviceCookie?: string) => {
      door.advance(60);
      counter.reset();
      const outcome = await signIn(services, call({ deviceCookie }), { email: EMAIL, password: PASSWORD });
      return [outcome.kind, counter.trips()];
    };
    const challenge = await door.challenge();
    const { deviceCookie } = (await answerChallenge(door.factors, challenge.call, {
      challengeId: challenge.challengeId,
      method: 'totp',
      code: door.codeAt(anna.secret),
      rememberDevice: true,
    })) as { deviceCookie: string };

    expect(await trips()).toEqual(['second_factor_required', 2]);
    expect(await trips(deviceCookie)).toEqual(['signed_in', 2]);
    await door.stores.accounts.forgetDevices(anna.accountId);
    expect(await trips(deviceCookie)).toEqual(['second_factor_required', 3]);
  });

  it.each([
    ['a second step takes two: what is read, and the write that settles it with its event beside it', false, 2],
    ['a second step that has the device remembered takes three: that is written into the history once it is so', true, 3],
  ])('%s', async (_, rememberDevice, trips) => {
    const door = createSecondFactorDoor();
    const anna = await door.enrolled();
    const counter = createTripCounter();
    const stores = Object.fromEntries(Object.entries(door.stores).map(([name, store]) => [name, counter.wrap(store)]));
    const services = { ...door.factors, ...stores, factors: counter.wrap(door.factors.factors) } as typeof door.factors;
    const challenge = await door.challenge();
    counter.reset();

    const outcome = await answerChallenge(services, challenge.call, {
      challengeId: challenge.challengeId,
      method: 'totp',
      code: door.codeAt(anna.secret),
      rememberDevice,
    });

    expect([outcome.kind, counter.trips()]).toEqual(['signed_in', trips]);
  });

  it('a session check takes one', async () => {
    const { door, counter, services } = createCountedDoor();
    await door.createAccount(EMAIL, PASSWORD);
    const account = [...door.stores.accounts.items.values()][0];
    const { token, stored } = mintSession(door.services.random, account?.accountId ?? '', { address: '', userAgent: '' }, door.now());
    await door.stores.accounts.addSession(token.accountId, {
      credentialVersion: 1,
      emailKey: account?.emailKey ?? '',
      sessionId: token.sessionId,
      session: stored,
    });
    const pipeline = createPipeline(routes, { 'session.read': async (http) => answer(http, 200, {}) }, () => ({
      settings: {
        productName: 'x',
        siteOrigin: SITE,
        allowedOrigins: [],
        passwordProfile: 'page',
        bcryptCost: 10,
        staff: [],
        secondFactor: { requiredFor: 'nobody', since: '2026-01-01T00:00:00Z', graceDays: 14, rememberDevices: true, staffPasskeys: false },
        sender: 'x@example.com',
      },
      clock: services.clock,
      accounts: services.accounts,
      isStaff: () => false,
      isOriginSecret: async (presented) => presented === ORIGIN_SECRET,
      telemetry: { log: () => undefined, count: () => undefined, countRequest: () => undefined },
    }));
    counter.reset();

    const response = await pipeline(httpEvent('GET /v1/session', { cookies: [`__Host-session=${serialiseToken(token)}`] }), {} as Context);

    expect(response).toMatchObject({ statusCode: 200 });
    expect(counter.trips()).toBe(1);
  });
});
