import { parseConfig } from '../../lib/config.ts';
import { remindOfAttestations } from '../../lib/security-page/reminders.ts';
import { minimalConfig } from '../infra/synthesize.ts';

const signed = {
  subject: 'laptop-disks',
  attestedBy: 'the head of IT',
  attestedOn: '2026-11-01',
  expiresOn: '2027-04-30',
  sha256: 'd'.repeat(64),
} as const;
const configure = (...evidence: readonly object[]) => parseConfig({ ...minimalConfig, evidence });

describe('the register of attestations', () => {
  test('[P24] is empty unless somebody fills it: the example pretends nothing', async () => {
    const { default: example } = await import('../../portiere.config.ts');

    expect([parseConfig(minimalConfig).evidence, parseConfig(example).evidence]).toEqual([[], []]);
  });

  test('[P26] is taken as it is written', () => {
    expect(configure(signed).evidence).toEqual([signed]);
  });

  test.each([
    [
      'a subject that no promise waits for',
      { subject: 'plants-watered' },
      /evidence\[0\]\.subject is "plants-watered": give one of aws-attestations/,
    ],
    ['nobody’s signature', { attestedBy: ' ' }, /evidence\[0\]\.attestedBy is " ": give who signed/],
    ['a day that is none', { attestedOn: '2026-02-30' }, /evidence\[0\]\.attestedOn is "2026-02-30": give a day as in/],
    ['an end before its beginning', { expiresOn: '2026-10-01' }, /evidence\[0\]\.expiresOn is "2026-10-01": give a day after attestedOn/],
    ['an end in ten years', { expiresOn: '2036-10-01' }, /at most 366 days later/],
    ['neither a document nor its hash', { sha256: undefined }, /evidence\[0\] is .*: give the link or the sha256/],
    [
      'a link that is not https',
      { link: 'http://example.com/x' },
      /evidence\[0\]\.link is "http:\/\/example.com\/x": give an https address/,
    ],
    ['a field that is none', { until: '2027-01-01' }, /evidence\[0\]\.until is "2027-01-01": remove it/],
  ])('[P26] refuses %s with the field, the value and the fix', (_, change, sentence) => {
    expect(() => configure({ ...signed, ...change })).toThrow(sentence);
  });

  test('[P26] reminds of what is about to end and of what has ended, by the last signature of each subject', () => {
    const at = new Date('2026-11-28T12:00:00Z');
    const register = configure(
      { ...signed, expiresOn: '2026-12-20' },
      { ...signed, subject: 'screen-locks', expiresOn: '2026-11-20' },
      { ...signed, subject: 'password-managers', expiresOn: '2026-11-05' },
      { ...signed, subject: 'password-managers' },
    ).evidence;

    expect(remindOfAttestations(register, at)).toEqual([
      'evidence: laptop-disks ends on 2026-12-20, in 22 days: have it signed anew',
      'evidence: screen-locks ended on 2026-11-20: its promise is open until somebody signs anew',
    ]);
  });
});
