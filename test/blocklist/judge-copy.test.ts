/** Feeds in the form in which their publishers write them, and everything that can come instead of one. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { FeedFormat } from '../../contract/blocks.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import { judgeCopy } from '../../lambda/domain/blocklist/judge-copy.ts';

const fixture = (name: string) => readFileSync(path.join(__dirname, 'feeds', name), 'utf8');
const reasonOf = (format: FeedFormat, text: string, lastGood?: number) => {
  const verdict = judgeCopy(format, text, lastGood);
  return verdict.kind === 'refused' ? verdict.reason : verdict.kind;
};
const addresses = (count: number) => Array.from({ length: count }, (_, index) => `198.51.${index >> 7}.${(index % 128) * 2}`).join('\n');

describe('a copy of a feed', () => {
  it.each<[string, FeedFormat, string, string[]]>([
    [
      'Spamhaus DROP, IPv4',
      'spamhaus-drop',
      'drop_v4.json.txt',
      ['1.10.16.0/20', '2.56.192.0/22', '5.134.128.0/19', '24.233.0.0/19', '27.126.160.0/20', '196.196.0.0/16'],
    ],
    ['Spamhaus DROP, IPv6', 'spamhaus-drop', 'drop_v6.json.txt', ['2001:678:738::/48', '2a06:e480::/29', '2a0e:b107:d10::/44']],
    [
      'Emerging Threats',
      'address-lines',
      'emerging-Block-IPs.txt',
      ['1.10.16.0/20', '2.56.192.0/22', '50.16.16.211/32', '71.6.135.0/24', '80.82.77.0/24', '162.243.103.246/32'],
    ],
    [
      'the exits of Tor',
      'address-lines',
      'torbulkexitlist',
      ['2.58.56.14/32', '2.58.56.35/32', '5.2.67.226/32', '23.129.64.130/31', '185.220.101.0/32'],
    ],
  ])('[P15] of %s is read whole and merged', (_, format, file, cidrs) => {
    const verdict = judgeCopy(format, fixture(file), undefined);

    expect(verdict).toEqual({ kind: 'good', cidrs, skipped: 0 });
  });

  it.each<[string, FeedFormat, string, RegExp]>([
    ['a web page', 'address-lines', '\n<!DOCTYPE html><html><body>192.0.2.1</body></html>', /web page/],
    ['a web page where JSON should be', 'spamhaus-drop', '<html><head><title>Moved</title></head></html>', /web page/],
    ['empty', 'address-lines', '', /no blocks/],
    ['comments alone', 'address-lines', '# nothing today\n', /no blocks/],
    ['metadata alone', 'spamhaus-drop', '{"type":"metadata","records":0}\n', /no blocks/],
    ['cut off before its last line', 'spamhaus-drop', fixture('drop_v4.json.txt').split('\n').slice(0, 4).join('\n'), /cut short/],
    ['cut off in a line', 'spamhaus-drop', fixture('drop_v4.json.txt').slice(0, 150), /cut short/],
    ['fewer than it says', 'spamhaus-drop', fixture('drop_v4.json.txt').replace(/^.*\n/, ''), /says 6 blocks and has 5/],
    ['an error in plain text', 'address-lines', 'Too many requests\nTry again later\n192.0.2.1\n', /2 lines can't be read/],
    ['half of the internet in pieces that are narrow enough', 'address-lines', pieces(), /covers 49 % of ipv4/],
    ['only a block that is too wide', 'address-lines', '0.0.0.0/0', /wider than the policy/],
    ['too many blocks', 'address-lines', addresses(securityPolicy.blocklist.feeds.maximumBlocks + 1), /over the limit/],
  ])('[P15] that is %s is not believed', (_, format, text, reason) => {
    expect(reasonOf(format, text)).toMatch(reason);
  });

  function pieces(): string {
    return Array.from({ length: 128 }, (_, index) => `${index}.0.0.0/8`).join('\n');
  }

  it('[P15] that has shrunk by more than half is not believed, and one that has shrunk by half is', () => {
    expect(reasonOf('address-lines', addresses(49), 100)).toMatch(/shrunk from 100 to 49/);
    expect(reasonOf('address-lines', addresses(50), 100)).toBe('good');
  });

  it('[P15] with the whole of a family among its blocks gives the others', () => {
    const verdict = judgeCopy('address-lines', '0.0.0.0/0\n::/0\n192.0.2.7\n64.0.0.0/3\n2001:db8::/32', undefined);

    expect(verdict).toEqual({ kind: 'good', cidrs: ['192.0.2.7/32', '2001:db8::/32'], skipped: 3 });
  });

  it('[P15] says nothing by spellings that another reader would take for other addresses', () => {
    const good = Array.from({ length: 80 }, (_, index) => `192.0.2.${index * 2}`).join('\n');
    const tricks = ['010.0.0.1', '300.1.1.1', '1.2.3', '1.2.3.4/33', '::ffff:0:0/90', 'fe80::1%eth0', '0x7f.0.0.1', '[2001:db8::1]'];

    const verdict = judgeCopy('address-lines', `${good}\n${tricks.join('\n')}`, undefined);

    expect(verdict).toMatchObject({ kind: 'good', skipped: tricks.length });
    expect(verdict.kind === 'good' && verdict.cidrs).toHaveLength(80);
  });

  it('[P15] with IPv4 in the dress of IPv6 blocks the IPv4 viewer', () => {
    const verdict = judgeCopy('address-lines', '::ffff:192.0.2.7\n::ffff:c633:6400/120', undefined);

    expect(verdict).toMatchObject({ cidrs: ['192.0.2.7/32', '198.51.100.0/24'] });
  });
});
