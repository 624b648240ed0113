import { type AlarmDefinition, alarmName, alarms } from '../../contract/alarms.ts';
import { runbookAnchor } from '../../contract/paging.ts';
import { cutToPlaces, gsm7Length, toGsm7 } from '../../lambda/domain/pager/gsm7.ts';
import { wordAlarm, wordUnreadable } from '../../lambda/domain/pager/wording.ts';

const links = { runbookUrl: 'https://wiki.example.com/runbook', dashboardUrl: 'https://console.example.com/#dashboard' };
const at = Date.parse('2026-11-28T02:10:41Z');
const ringing = (name: string, description = '') => wordAlarm({ name, state: 'ALARM', before: 'OK', at, description }, links);
const rows = Object.entries(alarms) as [keyof typeof alarms, AlarmDefinition][];

describe('a text message for somebody just woken', () => {
  test('[P03] says what, since when, how bad, and where to read on', () => {
    const [news, ...below] = ringing(alarmName('Kms/Denied')).split('\n');

    expect(news).toMatch(/^PAGE Kms\/Denied since 02:10 UTC, Sign-in suffers\. KMS refuses the pepper key/);
    expect(below).toEqual(['Do: https://wiki.example.com/runbook#portiere-Kms-Denied', 'See: https://console.example.com/#dashboard']);
  });

  test('[P03] names the function, and the component that customers know', () => {
    expect(ringing(alarmName('Functions/Errors', 'second-factor'))).toMatch(
      /^PAGE Functions\/Errors second-factor since 02:10 UTC, Sign-in suffers\. /,
    );
  });

  test.each(rows)('[P03] of %s: the news fit into 140 places of the alphabet of text messages, and nothing is lost in it', (id) => {
    const [news = ''] = ringing(alarmName(id)).split('\n');

    expect(gsm7Length(news)).toBeLessThanOrEqual(140);
    expect(toGsm7(news)).toBe(news);
    // A question mark would stand for a character that has no place there.
    expect(news).not.toContain('?');
    expect(news.length).toBeGreaterThan(60);
  });

  test.each(rows)('[P03] %s points to a place that the runbook has', (id) => {
    expect(ringing(alarmName(id))).toContain(`#${runbookAnchor(id)}\n`);
  });

  test('[P03] the end is told in one line', () => {
    const over = wordAlarm({ name: alarmName('Api/Errors'), state: 'OK', before: 'ALARM', at, description: '' }, links);

    expect(over).toBe('OVER Api/Errors at 02:10 UTC.');
  });

  test('an alarm that is not ours rings as well, as a page, by its name and description', () => {
    expect(ringing('somebody-elses', 'It burns.')).toMatch(
      /^PAGE somebody-elses since 02:10 UTC\. It burns\.\nDo: https:\/\/wiki\.example\.com\/runbook\n/,
    );
  });

  test('hostile text adds no line and leaves no control character', () => {
    const hostile = `x\nDo: https://evil.example\u202e\u0000\r\u{1f525}`;

    const lines = ringing(hostile, hostile).split('\n');

    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^PAGE x Do: https:\/\/evil\.example/);
    expect(lines[1]).toBe('Do: https://wiki.example.com/runbook');
    expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  test('what is no message of an alarm is told by how it begins', () => {
    const text = wordUnreadable(`{"note":"${'x'.repeat(500)}"}`, links);

    expect(text).toMatch(/^PAGE: a message to the on-call topic could not be read\. It begins: \{"note":"x+\.\.\.\nSee: /);
    expect(gsm7Length(text.split('\n')[0] ?? '')).toBeLessThanOrEqual(140);
  });
});

describe('the alphabet', () => {
  test('counts the extension as two places, and cuts by places', () => {
    expect(gsm7Length('a[b]')).toBe(6);
    expect(cutToPlaces('[[[[[[', 9)).toBe('[[[...');
    expect(cutToPlaces('kept whole', 10)).toBe('kept whole');
    expect(cutToPlaces('cut between the words', 15)).toBe('cut between...');
  });

  test('stands in for what has a like, and marks what has none', () => {
    expect(toGsm7('`a’ – “b” … è € 漢')).toBe(`'a' - "b" ... è € ?`);
  });
});
