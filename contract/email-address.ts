/** How an address is read: the same where people type it and where the configuration names it. */
import { securityPolicy } from './security-policy.ts';

/** RFC 5321 dot-string. After NFKC and in ASCII: SES delivers to no other, and an invisible or foreign look-alike is no second spelling. */
const LOCAL_PART = /^[a-z\d.!#$%&'*+/=?^_`{|}~-]{1,64}$/;
const DOMAIN_LABELS =
  /^(?:[\p{L}\p{M}\p{N}](?:[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?\.)+[\p{L}\p{M}\p{N}](?:[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?$/u;

/**
 * NFKC, no spaces around, lower case, the domain in its ASCII form (RFC 5890). The check comes after NFKC, which can
 * bring forth an at sign, a space or a dot that was not there before.
 *
 * @returns undefined when it is not an address that mail could reach
 */
export function normaliseEmail(input: string): string | undefined {
  const text = input.normalize('NFKC').trim().toLowerCase().normalize('NFKC');
  const at = text.lastIndexOf('@');
  const localPart = text.slice(0, at);
  const domain = text.slice(at + 1);
  if (at < 1 || !LOCAL_PART.test(localPart) || !DOMAIN_LABELS.test(domain)) return undefined;
  if (localPart.startsWith('.') || localPart.endsWith('.') || localPart.includes('..')) return undefined;

  const asciiDomain = toAsciiDomain(domain);
  if (asciiDomain === undefined || asciiDomain.length > 253) return undefined;
  const normalised = `${localPart}@${asciiDomain}`;
  return [...normalised].length <= securityPolicy.requests.emailCodePoints ? normalised : undefined;
}

function toAsciiDomain(domain: string): string | undefined {
  if (!URL.canParse(`https://${domain}`)) return undefined;
  const { hostname } = new URL(`https://${domain}`);
  // The URL parser reads all-number hosts as IPv4 addresses: no mail domain ends in a number.
  return /\.\d+$|\.0x[\da-f]*$/.test(hostname) ? undefined : hostname;
}
