/**
 * Whether the mail service can take an address: an ASCII dot-atom at a host name (RFC 5321 section 4.1.2), nothing else.
 *
 * Two threats. `x<victim@example.com>` and `x(1)victim@example.com` would be one mailbox under many names, each with a
 * budget of its own: `normaliseEmail` refuses them where requests come in, and this is the second wall, where mail goes
 * out. And an address that the mail service refuses (SES takes no `ü` before the at sign) ends among the dead letters,
 * whose alarm wakes a person: strangers must not be able to ring it by registering nonsense.
 *
 * @param address normalised, its domain in ASCII form
 */
export function isDeliverable(address: string): boolean {
  const at = address.lastIndexOf('@');
  const localPart = address.slice(0, at);
  const labels = address.slice(at + 1).split('.');
  const isHostName = labels.length >= 2 && labels.every((label) => hostLabel.test(label)) && /[a-z]/.test(labels.at(-1) ?? '');
  return isHostName && localPart.length <= 64 && dotAtom.test(localPart) && address.length <= 254;
}

const dotAtom = /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;
const hostLabel = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;
