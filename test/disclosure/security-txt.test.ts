import { securityTxt } from '../../contract/policy/disclosure.ts';
import { keepSecurityTxt, readExpiry, renderSecurityTxt, type SecurityTxtPorts } from '../../lambda/domain/disclosure/security-txt.ts';

const NOW = Date.UTC(2026, 0, 15, 12);
const DAY = 86_400_000;
const policy = securityTxt;
const places = {
  siteOrigin: 'https://id.example.com',
  hosts: [
    { origin: 'https://id.example.com', bucket: 'site', region: 'eu-south-1' },
    { origin: 'https://status.example.com', bucket: 'status', region: 'eu-central-1' },
  ],
  email: 'security@example.com',
  encryption: 'https://example.com/pgp-key.txt',
};

function createWorld(shown: Record<string, string | undefined>) {
  const written: [string, string][] = [];
  const counted: [string, number][] = [];
  const ports: SecurityTxtPorts = {
    clock: { now: () => NOW, pause: async () => undefined },
    places,
    read: async (address) => shown[address],
    write: async ({ bucket }, text) => void written.push([bucket, text]),
    journal: { note: () => undefined, count: (metric, value) => void counted.push([metric, value]) },
  };
  return { ports, written, counted };
}
const [site, status] = places.hosts.map(({ origin }) => `${origin}/.well-known/security.txt`) as [string, string];
const expiringIn = (days: number) => renderSecurityTxt(places, NOW + days * DAY);

describe('security.txt', () => {
  it('[P22] names the form, the mailbox, the key, the policy and the thanks, by RFC 9116', () => {
    expect(expiringIn(150)).toBe(
      [
        'Contact: https://id.example.com/report',
        'Contact: mailto:security@example.com',
        'Expires: 2026-06-14T12:00:00Z',
        'Encryption: https://example.com/pgp-key.txt',
        'Acknowledgments: https://id.example.com/report#thanks',
        'Preferred-Languages: en, it',
        'Canonical: https://id.example.com/.well-known/security.txt',
        'Canonical: https://status.example.com/.well-known/security.txt',
        'Policy: https://id.example.com/report#policy',
        '',
      ].join('\n'),
    );
  });

  it('[P22] expires in under 180 days from the day it is written, and is renewed long before', () => {
    expect(policy.lifetimeDays).toBeLessThan(180);
    expect(policy.renewAtDays).toBeLessThan(policy.lifetimeDays);
  });

  it('[P22] is written to every host where there is none yet', async () => {
    const { ports, written, counted } = createWorld({});

    await keepSecurityTxt(ports);

    expect(written).toEqual([
      ['site', expiringIn(policy.lifetimeDays)],
      ['status', expiringIn(policy.lifetimeDays)],
    ]);
    expect(counted).toEqual([['SecurityTxt/DaysLeft', 0]]);
  });

  it('[P22] is left alone while it is fresh, and counted by the host where it expires first', async () => {
    const { ports, written, counted } = createWorld({ [site]: expiringIn(140), [status]: expiringIn(130) });

    await keepSecurityTxt(ports);

    expect([written, counted]).toEqual([[], [['SecurityTxt/DaysLeft', 130]]]);
  });

  it.each([
    ['is about to need it', expiringIn(119)],
    ['says something else than the configuration', expiringIn(140).replace('security@', 'old@')],
    ['was replaced by somebody', 'Contact: https://evil.example/\n'],
    ['says twice when it expires', `${expiringIn(140)}Expires: 2099-01-01T00:00:00Z\n`],
  ])('[P22] is written anew on the host alone where it %s', async (_, shown) => {
    const { ports, written } = createWorld({ [site]: shown, [status]: expiringIn(140) });

    await keepSecurityTxt(ports);

    expect(written.map(([bucket]) => bucket)).toEqual(['site']);
  });

  it('[P22] is written on the other host though one refuses, and the run fails for all to see', async () => {
    const { ports, written, counted } = createWorld({});
    const write: SecurityTxtPorts['write'] = (host, text) =>
      host.bucket === 'site' ? Promise.reject(new Error('denied')) : ports.write(host, text);

    await expect(keepSecurityTxt({ ...ports, write })).rejects.toThrow('denied');

    expect([written.map(([bucket]) => bucket), counted]).toEqual([['status'], [['SecurityTxt/DaysLeft', 0]]]);
  });

  it.each([
    ['no field', 'Contact: https://id.example.com/report\n', undefined],
    ['no date', 'Expires: soon\n', undefined],
    ['a number', 'Expires: 1\n', undefined],
    ['another case and line ends of Windows', 'expires: 2026-06-14T12:00:00Z\r\n', Date.UTC(2026, 5, 14, 12)],
  ])('reads of %s when it expires', (_, text, expected) => {
    expect(readExpiry(text)).toBe(expected);
  });
});
