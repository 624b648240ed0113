/** The ways of a second step, as a page offers them. Pure. */
import type { CodeMethod } from './code.ts';

export type Way = 'passkey' | CodeMethod;

/** The easiest and safest first. */
const order: readonly Way[] = ['passkey', 'totp', 'recovery_code'];

/** @param passkeysWork whether this browser knows passkeys: a way that leads nowhere is not offered. */
export function findWays(methods: readonly Way[], passkeysWork: boolean): readonly Way[] {
  return order.filter((way) => methods.includes(way) && (way !== 'passkey' || passkeysWork));
}

export function isCodeMethod(way: Way): way is CodeMethod {
  return way !== 'passkey';
}
