/** What must be in a scanner's output, and what must not: each takes the tool's own words and throws when its target is missed. */
import { VerificationError } from './program.ts';
import type { ScanResult } from './scan-report.ts';

/** Findings about the certificate that only the machine's own authority causes. Everything else counts. */
const ofTheLocalCertificate: Readonly<Record<string, string>> = {
  cert_revocation: "the local authority's certificate never leaves this machine and is never revoked; a deployment has one of ACM's",
};

export interface TestsslFinding {
  readonly id: string;
  readonly severity: string;
  readonly finding: string;
}

const oldProtocols = ['SSLv2', 'SSLv3', 'TLS1', 'TLS1_1'];

/** testssl: nothing HIGH or CRITICAL, TLS 1.2 and 1.3 only, and the scan went through. */
export function judgeTestssl(findings: readonly TestsslFinding[], version: string): ScanResult {
  const said = new Map(findings.map(({ id, finding }) => [id, finding]));
  const offered = (id: string) => !/^not offered|^$/.test(said.get(id) ?? '');
  const faults = [
    ...['CRITICAL', 'HIGH', 'FATAL'].flatMap((level) => findings.filter(({ severity }) => severity === level)),
    ...findings.filter(({ id, finding }) => id === 'scanTime' && /interrupt/i.test(finding)),
  ].filter(({ id }) => !(id in ofTheLocalCertificate));
  if (faults.length > 0)
    throw new VerificationError(`testssl: ${faults.map(({ id, finding, severity }) => `${severity} ${id} (${finding})`).join(', ')}`);
  const missing = [...oldProtocols, 'TLS1_2', 'TLS1_3', 'PFS', 'heartbleed', 'ROBOT', 'LUCKY13', 'scanTime'].filter((id) => !said.has(id));
  if (missing.length > 0) throw new VerificationError(`testssl did not look at ${missing.join(', ')}`);
  const old = oldProtocols.filter(offered);
  if (old.length > 0) throw new VerificationError(`testssl: ${old.join(', ')} offered`);
  if (!offered('TLS1_2') || !offered('TLS1_3')) throw new VerificationError('testssl: TLS 1.2 or TLS 1.3 is not offered');

  const left = findings.filter(({ severity }) => severity === 'LOW' || severity === 'MEDIUM');
  const notCounted = findings.filter(({ id, severity }) => id in ofTheLocalCertificate && ['CRITICAL', 'HIGH'].includes(severity)).length;
  const count = (level: string) => findings.filter(({ severity }) => severity === level).length;
  return {
    tool: 'testssl',
    version,
    target: 'nothing HIGH or CRITICAL; TLS 1.2 and 1.3 only',
    summary: `TLS 1.2 and 1.3 only; ${count('OK')} checks OK, ${left.length} LOW or MEDIUM, none HIGH or CRITICAL${notCounted > 0 ? ` but ${notCounted} that is not counted` : ''}`,
    facts: {
      'suites of TLS 1.2': said.get('cipherorder_TLSv1_2') ?? '',
      'suites of TLS 1.3': said.get('cipherorder_TLSv1_3') ?? '',
      'forward secrecy': said.get('PFS') ?? '',
      HSTS: said.get('HSTS_time') ?? '',
      ...Object.fromEntries(Object.entries(ofTheLocalCertificate).map(([id, reason]) => [`not counted: ${id}`, reason])),
    },
    findings: left.map(({ id, severity, finding }) => `${severity} ${id}: ${finding}`).sort(),
  };
}

/** nmap's ssl-enum-ciphers (XML): least strength A, TLS 1.2 and 1.3 only, no warnings. */
export function judgeNmap(xml: string): ScanResult {
  const script = /<script id="ssl-enum-ciphers"[\s\S]*?<\/script>/.exec(xml)?.[0];
  if (script === undefined) throw new VerificationError('nmap saw no TLS at all');
  const protocols = [...script.matchAll(/<table key="((?:SSL|TLS)v[\d.]+)">/g)].map(([, name = '']) => name);
  const suites = [...script.matchAll(/<elem key="name">(\w+)<\/elem>/g)].map(([, name = '']) => name);
  const least = /<elem key="least strength">(.*?)<\/elem>/.exec(script)?.[1];
  if (protocols.join() !== 'TLSv1.2,TLSv1.3') throw new VerificationError(`nmap: protocols are ${protocols.join(', ') || 'none'}`);
  if (least !== 'A') throw new VerificationError(`nmap: the least strength is ${least}`);
  if (script.includes('key="warnings"')) {
    throw new VerificationError(
      `nmap warns: ${/<table key="warnings">([\s\S]*?)<\/table>/
        .exec(script)?.[1]
        ?.replace(/<[^>]*>|\s+/g, ' ')
        .trim()}`,
    );
  }
  return {
    tool: 'nmap',
    version: /<nmaprun [^>]*\bversion="([^"]+)"/.exec(xml)?.[1] ?? 'unknown',
    target: 'least strength A; TLS 1.2 and 1.3 only; no warnings',
    summary: `${protocols.join(', ')}; ${suites.length} suites, least strength ${least}`,
    facts: { suites: suites.join(' ') },
    findings: [],
  };
}

/** sslscan (XML): TLS 1.2 and 1.3 only, no weak suite, no compression, no insecure renegotiation, no Heartbleed. */
export function judgeSslscan(xml: string): ScanResult {
  const enabled = [...xml.matchAll(/<protocol type="(\w+)" version="([\d.]+)" enabled="1"/g)].map(
    ([, type = '', version = '']) => `${type} ${version}`,
  );
  const suites = [...xml.matchAll(/<cipher [^>]*cipher="([^"]*)"[^>]*>/g)].map(([line, name = '']) => ({
    name,
    strength: /strength="(\w+)"/.exec(line)?.[1] ?? '',
  }));
  const weak = suites.filter(
    ({ name, strength }) => !['strong', 'acceptable'].includes(strength) || /RC4|3DES|CBC|NULL|EXP|MD5/.test(name),
  );
  const old = enabled.filter((protocol) => !/^tls 1\.[23]$/i.test(protocol));
  if (!enabled.some((protocol) => /1\.3$/.test(protocol)) || old.length > 0)
    throw new VerificationError(`sslscan: enabled are ${enabled.join(', ')}`);
  if (suites.length === 0 || weak.length > 0)
    throw new VerificationError(`sslscan: weak suites ${weak.map(({ name }) => name).join(' ') || '(none listed at all)'}`);
  if (/heartbleed[^>]*vulnerable="1"|<renegotiation supported="1" secure="0"|<compression supported="1"/.test(xml))
    throw new VerificationError('sslscan: compression, insecure renegotiation or Heartbleed');
  return {
    tool: 'sslscan',
    version: /<document [^>]*\bversion="([^"]+)"/.exec(xml)?.[1] ?? 'unknown',
    target: 'TLS 1.2 and 1.3 only; every suite strong; no compression, insecure renegotiation or Heartbleed',
    summary: `${enabled.join(', ')}; ${suites.length} suites, none weak`,
    facts: { suites: suites.map(({ name }) => name).join(' ') },
    findings: [],
  };
}

export interface ObservatoryOutput {
  readonly version: string;
  readonly algorithm: number;
  readonly score: number;
  readonly grade: string;
  readonly tests: readonly { readonly name: string; readonly result: string; readonly pass: boolean; readonly modifier: number }[];
}

const leastScore = 130;
const observatoryTests = 10;

/** MDN HTTP Observatory: 130 points or more, A+, every test passed. */
export function judgeObservatory({ version, algorithm, score, grade, tests }: ObservatoryOutput): ScanResult {
  if (tests.length < observatoryTests) throw new VerificationError(`Observatory ran ${tests.length} tests instead of ${observatoryTests}`);
  const failed = tests.filter(({ pass }) => !pass);
  if (failed.length > 0)
    throw new VerificationError(`Observatory: failed ${failed.map(({ name, result }) => `${name} (${result})`).join(', ')}`);
  if (score < leastScore || grade !== 'A+')
    throw new VerificationError(`Observatory: ${score} points, ${grade}; wanted ${leastScore} and A+`);
  return {
    tool: 'mdn-http-observatory',
    version: `${version} (algorithm ${algorithm})`,
    target: `${leastScore} points or more, A+, every test passed`,
    summary: `${score} points, ${grade}; ${tests.length} of ${tests.length} tests passed`,
    facts: Object.fromEntries(tests.map(({ name, result, modifier }) => [name, modifier === 0 ? result : `${result} (+${modifier})`])),
    findings: [],
    score,
  };
}

export interface CspEvaluatorOutput {
  readonly version: string;
  readonly findings: Readonly<
    Record<
      string,
      readonly {
        readonly severity: number;
        readonly level: string;
        readonly directive: string;
        readonly value?: string;
        readonly description: string;
      }[]
    >
  >;
}

/** As csp_evaluator numbers them: HIGH 10, SYNTAX 20, MEDIUM 30, then what is only perhaps a problem. */
const mediumSeverity = 30;

/** CSP Evaluator: nothing high, nothing medium, no syntax error, in the policy of any kind of response. */
export function judgeCspEvaluator({ version, findings }: CspEvaluatorOutput, kinds: readonly string[]): ScanResult {
  const missing = kinds.filter((kind) => findings[kind] === undefined);
  if (missing.length > 0) throw new VerificationError(`csp_evaluator did not judge ${missing.join(', ')}`);
  const all = Object.entries(findings).flatMap(([kind, list]) => list.map((finding) => ({ kind, ...finding })));
  const describe = ({ kind, level, directive, value, description }: (typeof all)[number]) =>
    `${level} ${directive}${value === undefined ? '' : ` ${value}`} (${kind}): ${description}`;
  const faults = all.filter(({ severity }) => !(severity > mediumSeverity));
  if (faults.length > 0) throw new VerificationError(`csp_evaluator: ${faults.map(describe).join('; ')}`);
  return {
    tool: 'csp_evaluator',
    version,
    target: 'nothing high, nothing medium, no syntax error',
    summary: `${kinds.length} policies, nothing high or medium, ${all.length} remarks`,
    facts: { policies: kinds.join(', ') },
    findings: all.map(describe).sort(),
  };
}
