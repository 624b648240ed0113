/** The two cookies of Portiere (`__Host-` prefix: Secure, Path=/, no Domain, so no subdomain can plant them). */
import { securityPolicy } from '../../contract/security-policy.ts';
import type { HttpEvent } from './call.ts';

const ATTRIBUTES = 'Secure; HttpOnly; SameSite=Lax; Path=/';

/** @returns every value sent under this name: more than one is somebody's trick or a broken client */
export function readCookies(event: HttpEvent, name: string): string[] {
  const pairs = event.cookies ?? [];
  return pairs.filter((pair) => pair.startsWith(`${name}=`)).map((pair) => pair.slice(name.length + 1));
}

export function sessionCookie(token: string): string {
  return `${securityPolicy.cookies.session}=${token}; Max-Age=${securityPolicy.sessions.absoluteSeconds}; ${ATTRIBUTES}`;
}

export function expiredSessionCookie(): string {
  return `${securityPolicy.cookies.session}=; Max-Age=0; ${ATTRIBUTES}`;
}

export function deviceCookie(value: string): string {
  return `${securityPolicy.cookies.device}=${value}; Max-Age=${securityPolicy.devices.lifetimeSeconds}; ${ATTRIBUTES}`;
}
