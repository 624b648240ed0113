/** The part of the configuration that says whom alarms wake, and what their messages point to. */
import * as z from 'zod';

/** Where PagerDuty takes events: accounts in its European region have an address of their own. */
export const pagerDutyEndpoints = {
  us: 'https://events.pagerduty.com/v2/enqueue',
  eu: 'https://events.eu.pagerduty.com/v2/enqueue',
} as const;

/** One way to reach whoever is on call. Two different ways are wanted: a phone whose operator is down gets no SMS. */
export type OnCallContact =
  | { readonly sms: string }
  | { readonly email: string }
  /** A webhook that takes SNS's own messages. */
  | { readonly https: string }
  /** Events API v2: the routing key lies in this secret of Secrets Manager, which has a replica in us-east-1. */
  | { readonly pagerDuty: { readonly routingKeySecret: string; readonly region?: keyof typeof pagerDutyEndpoints } };

export interface Heartbeat {
  /** Of a dead-man's switch outside AWS, as healthchecks.io gives them: it rings when it hears nothing. */
  readonly url: string;
  /** 5 to 60; the switch should wait for twice as long. Default 5. */
  readonly everyMinutes: number;
}

export const defaultRunbookUrl = 'docs/runbook.md';

const text = (fix: string) => z.string({ error: fix });
const smsFix = 'give a phone number in E.164 form, as in +390200000000';
const httpsFix = 'give the address of a webhook, as in https://hooks.example.com/on-call';
const mailFix = 'give an e-mail address, as in on-call@example.com';
const secretFix = 'give the name of a secret in Secrets Manager that holds the routing key, as in portiere/pagerduty: never the key itself';
const contactFix =
  'give exactly one of { sms: "+39..." }, { email: "..." }, { https: "https://..." } or { pagerDuty: { routingKeySecret: "..." } }';
const urlFix = 'give the https address of the runbook, without an anchor, as in https://wiki.example.com/portiere/runbook, or leave it out';
const switchFix = "give the https address that your dead-man's switch listens at, as in https://hc-ping.com/...";
const minutesFix = 'give a whole number of minutes from 5 to 60, or leave it out for 5';

/** A routing key is 32 letters and digits: one in its place would stand in the template for all to read. */
const secretName = text(secretFix)
  .regex(/^[\w/+=.@-]{1,200}$/, secretFix)
  .refine((name) => !/^[A-Za-z0-9]{32}$/.test(name), secretFix);

const contact = z.union(
  [
    z.strictObject({ sms: text(smsFix).regex(/^\+[1-9]\d{6,14}$/, smsFix) }),
    z.strictObject({ email: text(mailFix).pipe(z.email(mailFix)) }),
    z.strictObject({ https: z.url({ protocol: /^https$/, error: httpsFix }) }),
    z.strictObject({
      pagerDuty: z.strictObject({ routingKeySecret: secretName, region: z.optional(z.enum(['us', 'eu'], 'give us or eu')) }),
    }),
  ],
  { error: contactFix },
);

export const contactsSchema = z
  .array(contact, 'give a list of contacts: an alarm that reaches nobody is no alarm')
  .min(1, `an alarm that reaches nobody is no alarm: ${contactFix}`);

export const runbookUrlSchema = z._default(
  text(urlFix).refine((value) => value === defaultRunbookUrl || isPlainHttps(value), urlFix),
  defaultRunbookUrl,
);

export const heartbeatSchema = z.optional(
  z.strictObject(
    {
      url: text(switchFix).refine(isFetchable, switchFix),
      everyMinutes: z._default(z.int(minutesFix).min(5, minutesFix).max(60, minutesFix), 5),
    },
    { error: 'give { url, everyMinutes }, or leave it out' },
  ),
);

/** It stands in text messages: nothing in it that they can't carry, and the anchor comes behind it. */
function isPlainHttps(value: string): boolean {
  return URL.canParse(value) && new URL(value).protocol === 'https:' && /^https:\/\/[\w.~:/?&=%+-]{1,150}$/.test(value);
}

/** Over HTTPS, or to this very machine, where nobody stands between. */
function isFetchable(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname } = new URL(value);
  return protocol === 'https:' || (protocol === 'http:' && hostname === '127.0.0.1');
}
