/**
 * Who may do what: one row a function, one role a row. Roles are made from this and from nothing else;
 * no action and no resource is a wildcard.
 */
import { securityTxt, vulnerabilityReports } from './policy/disclosure.ts';
import { onCallPolicy } from './policy/on-call.ts';
import { securityPolicy } from './security-policy.ts';
import type { TableId } from './tables.ts';

export type TableAction = 'GetItem' | 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'Query';
export type KeyId = 'pepper' | 'seeds' | 'reports' | 'audit';
export type KeyAction = 'GenerateMac' | 'DescribeKey' | 'Encrypt' | 'Decrypt' | 'Sign' | 'GetPublicKey';
export type SecretId = 'origin' | 'identity' | 'device' | 'recovery' | 'ceremony' | 'canary' | 'tracking' | 'subscription' | 'handover';
export type QueueId = 'mail' | 'blocks' | 'alarms' | 'status' | 'canary' | 'pages' | 'announcements' | 'handover';

export interface TableGrant {
  readonly table: TableId;
  readonly actions: readonly TableAction[];
  /** Of this index of the table, and not of the table itself. */
  readonly index?: string;
  /** Limited to these attributes (`dynamodb:Attributes`; reads with `dynamodb:Select`, writes with `dynamodb:ReturnValues`). */
  readonly onlyAttributes?: readonly string[];
}

export interface KeyGrant {
  readonly key: KeyId;
  readonly actions: readonly KeyAction[];
  /** Use is limited to an encryption context of exactly these names: with this value, or with any where it is null. */
  readonly context?: Readonly<Record<string, string | null>>;
}

export interface FunctionPrivileges {
  readonly purpose: string;
  readonly tables: readonly TableGrant[];
  readonly keys?: readonly KeyGrant[];
  readonly secrets?: readonly SecretId[];
  readonly sendsTo?: readonly QueueId[];
  readonly consumes?: readonly QueueId[];
  /** Functions that this one may call, by their alias. */
  readonly invokes?: readonly 'password'[];
  readonly sendsMail?: boolean;
  /** Writes to the on-call phones' topic, and is told how pages are worded. */
  readonly writesToPhones?: boolean;
  /** Reads and writes the IP sets of blocked addresses, and is told what the deployment chose about them. */
  readonly writesIpSets?: boolean;
  /** Is told whom the deployment lets nothing block. */
  readonly knowsAllowList?: boolean;
  /** Is told which topics' alarms to believe. */
  readonly hearsAlarms?: boolean;
  /**
   * Writes the status page in its own region, and reads the counts that its minutes are made of. Deployed in a stack of its own,
   * behind those that it must know the addresses of.
   */
  readonly publishesStatus?: boolean;
  /** Is told what the deployment chose about reports of vulnerabilities. */
  readonly knowsDisclosure?: boolean;
  /** Writes security.txt to the buckets of the site and of the status page. */
  readonly publishesSecurityTxt?: boolean;
  /** Puts new objects into the archive of the audit trail, and reads what is there: it can neither replace nor delete one. */
  readonly archivesTrail?: boolean;
  /** Is told where the site and its status page are, and is deployed behind both. */
  readonly knowsStatusPage?: boolean;
  /** Called by the clock, beside whatever else calls it. */
  readonly runsEverySeconds?: number;
  /** Makes the next value of this secret, and puts it into the distribution, behind which it is deployed. */
  readonly rotates?: SecretId;
  /** Asks KMS for the state of every key that data hangs on, and may do nothing else with them. */
  readonly looksAfterKeys?: boolean;
  /** Remembers what it learns in this secret. */
  readonly keeps?: SecretId;
  /** Is told the public address, and is deployed behind it. */
  readonly visitsSite?: boolean;
  /** Default: the security policy's. */
  readonly timeoutSeconds?: number;
  /** Hashing is paid in CPU: its memory size buys the CPU, its reserved concurrency bounds the bill. */
  readonly hashes?: boolean;
  /** Called through the HTTP API. */
  readonly servesHttp: boolean;
}

export const privileges = {
  password: {
    purpose: 'everything that sees a password: register, verify, sign in, reset, change, step up',
    tables: [
      { table: 'accounts', actions: ['GetItem', 'PutItem', 'UpdateItem'] },
      { table: 'credentials', actions: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'] },
      { table: 'registrations', actions: ['GetItem', 'PutItem'] },
      { table: 'tokens', actions: ['GetItem', 'DeleteItem'] },
      { table: 'attempts', actions: ['GetItem', 'PutItem', 'UpdateItem'] },
      { table: 'rate-limits', actions: ['UpdateItem'] },
      { table: 'events', actions: ['PutItem'] },
    ],
    keys: [{ key: 'pepper', actions: ['GenerateMac'] }],
    secrets: ['origin', 'identity', 'device'],
    sendsTo: ['mail', 'blocks'],
    hashes: true,
    servesHttp: true,
  },
  'second-factor': {
    purpose: 'codes: enrolment, the challenge at sign-in, step-up, recovery codes. Reaches seeds, no password hash and no pepper',
    tables: [
      { table: 'accounts', actions: ['GetItem', 'UpdateItem'] },
      { table: 'seeds', actions: ['Query', 'PutItem', 'UpdateItem', 'DeleteItem'] },
      { table: 'rate-limits', actions: ['UpdateItem'] },
      { table: 'events', actions: ['PutItem'] },
    ],
    // Sealed for one account and one purpose: a seed copied to another account opens for nobody.
    keys: [{ key: 'seeds', actions: ['Encrypt', 'Decrypt'], context: { accountId: null, purpose: 'totp' } }],
    secrets: ['origin', 'device', 'recovery'],
    sendsTo: ['mail'],
    invokes: ['password'],
    servesHttp: true,
  },
  passkey: {
    purpose: 'passkeys (WebAuthn): registration, sign-in, second step, step-up. Reaches public keys: no seed, no password hash, no pepper',
    tables: [
      { table: 'accounts', actions: ['GetItem', 'UpdateItem'] },
      { table: 'rate-limits', actions: ['UpdateItem'] },
      { table: 'events', actions: ['PutItem'] },
    ],
    secrets: ['origin', 'device', 'recovery', 'ceremony'],
    sendsTo: ['mail'],
    invokes: ['password'],
    servesHttp: true,
  },
  account: {
    purpose:
      'what an owner changes about the account, in person or by a link in a mail: its address, "this wasn\'t me", remembered devices. Asks `password` to move the credential',
    tables: [
      { table: 'accounts', actions: ['GetItem', 'UpdateItem'] },
      { table: 'tokens', actions: ['GetItem', 'DeleteItem'] },
      { table: 'rate-limits', actions: ['UpdateItem'] },
      { table: 'events', actions: ['PutItem'] },
    ],
    secrets: ['origin', 'identity', 'device'],
    sendsTo: ['mail'],
    invokes: ['password'],
    servesHttp: true,
  },
  admin: {
    purpose:
      'what staff and operators may do to an account: find, unlock, disable, enable, end sessions, help with a lost second factor; and staff about addresses: look, block, unblock. Reaches no hash, no seed',
    tables: [
      { table: 'accounts', actions: ['GetItem', 'UpdateItem'] },
      { table: 'attempts', actions: ['GetItem', 'PutItem'] },
      { table: 'events', actions: ['PutItem', 'Query'] },
      // What staff and operators did, by month.
      { table: 'events', index: 'acts', actions: ['Query'] },
      { table: 'csp-reports', actions: ['Query'] },
      // Blocks, and no copies of feeds.
      { table: 'ip-blocks', actions: ['Query'], onlyAttributes: ['source', 'entryId', 'kind', 'reason', 'author', 'at', 'until'] },
    ],
    secrets: ['origin', 'identity'],
    sendsTo: ['mail', 'blocks'],
    invokes: ['password'],
    knowsAllowList: true,
    servesHttp: true,
  },
  privacy: {
    purpose:
      'what a person may ask of their own data: hands it out, and erases it after the days in which its owner may stop that; erases reports of vulnerabilities that were closed long ago. Reaches no hash, no pepper, no key of seeds or reports',
    tables: [
      { table: 'accounts', actions: ['GetItem', 'UpdateItem', 'DeleteItem'] },
      // Which there are, to delete them; what is sealed in them opens for another function alone.
      { table: 'seeds', actions: ['Query', 'DeleteItem'] },
      { table: 'events', actions: ['PutItem', 'Query', 'DeleteItem'] },
      { table: 'tokens', actions: ['GetItem', 'DeleteItem'] },
      { table: 'rate-limits', actions: ['UpdateItem'] },
      { table: 'status-subscriptions', actions: ['GetItem', 'DeleteItem'] },
      { table: 'erasures', actions: ['GetItem', 'Query', 'PutItem', 'DeleteItem'] },
      { table: 'vulnerability-reports', actions: ['Query', 'UpdateItem', 'DeleteItem'] },
    ],
    secrets: ['origin', 'identity'],
    sendsTo: ['mail'],
    invokes: ['password'],
    runsEverySeconds: securityPolicy.privacy.runEverySeconds,
    servesHttp: true,
  },
  session: {
    purpose: 'sessions and the profile: who am I, list, end, sign out, own history. Reaches no hash, no pepper, no mail',
    tables: [
      { table: 'accounts', actions: ['GetItem', 'UpdateItem'] },
      { table: 'events', actions: ['PutItem', 'Query'] },
      // The proof of an exported history: hashes, which name nobody.
      { table: 'audit-trail', actions: ['GetItem', 'Query'] },
    ],
    secrets: ['origin'],
    servesHttp: true,
  },
  reports: {
    purpose: 'takes what browsers say the content security policy has refused. Knows nobody, and reaches nothing but its own table',
    tables: [{ table: 'csp-reports', actions: ['Query', 'UpdateItem'] }],
    secrets: ['origin'],
    servesHttp: true,
  },
  intake: {
    purpose:
      "takes reports of vulnerabilities from whoever brings them, and what is said about them later. Seals what it takes and can't open it: of a report it reads the conversation with its reporter alone",
    tables: [
      { table: 'vulnerability-reports', actions: ['GetItem', 'PutItem', 'UpdateItem', 'Query'] },
      { table: 'rate-limits', actions: ['UpdateItem'] },
    ],
    keys: [
      { key: 'reports', actions: ['Encrypt'], context: { reportId: null, purpose: 'report' } },
      { key: 'reports', actions: ['Encrypt', 'Decrypt'], context: { reportId: null, purpose: 'conversation' } },
    ],
    // `identity`: an acknowledgement counts against the same limit of its address as every other mail.
    secrets: ['origin', 'identity', 'tracking'],
    sendsTo: ['mail'],
    knowsDisclosure: true,
    servesHttp: true,
  },
  triage: {
    purpose:
      'reports of vulnerabilities for staff: reads them, moves them, answers their reporters, and by the clock tells staff of what is new and what is due. Reaches no account but that of the session',
    tables: [
      { table: 'vulnerability-reports', actions: ['GetItem', 'PutItem', 'Query'] },
      { table: 'accounts', actions: ['GetItem', 'UpdateItem'] },
      { table: 'events', actions: ['PutItem'] },
    ],
    keys: [
      { key: 'reports', actions: ['Decrypt'], context: { reportId: null, purpose: 'report' } },
      { key: 'reports', actions: ['Decrypt'], context: { reportId: null, purpose: 'conversation' } },
    ],
    secrets: ['origin'],
    sendsTo: ['mail', 'handover'],
    knowsDisclosure: true,
    runsEverySeconds: vulnerabilityReports.runEverySeconds,
    servesHttp: true,
  },
  handover: {
    purpose:
      'hands reports of vulnerabilities over to the platform that the deployment names, if it names one: reads a report, signs it, sends it. Writes nothing, and knows nobody',
    tables: [{ table: 'vulnerability-reports', actions: ['GetItem'] }],
    keys: [{ key: 'reports', actions: ['Decrypt'], context: { reportId: null, purpose: 'report' } }],
    secrets: ['handover'],
    consumes: ['handover'],
    knowsDisclosure: true,
    servesHttp: false,
  },
  public: {
    purpose:
      'what needs no one to be known: health, notices, the API description, refusals for what no route takes, and whoever asks for a trap',
    tables: [
      { table: 'attempts', actions: ['GetItem'] },
      // What customers see of an incident, and not what its alarms are called.
      { table: 'incidents', actions: ['Query'], onlyAttributes: ['kind', 'entryId', 'endedAt', 'content'] },
    ],
    keys: [
      { key: 'pepper', actions: ['DescribeKey'] },
      { key: 'audit', actions: ['GetPublicKey'] },
    ],
    secrets: ['origin'],
    sendsTo: ['blocks'],
    servesHttp: true,
  },
  incidents: {
    purpose:
      'what customers are told: opens incidents for alarms and closes them, lets maintenance begin and end, serves staff who write about both. Reaches no account but that of the session',
    tables: [
      { table: 'incidents', actions: ['GetItem', 'PutItem', 'Query'] },
      { table: 'accounts', actions: ['GetItem', 'UpdateItem'] },
      { table: 'events', actions: ['PutItem'] },
    ],
    secrets: ['origin'],
    sendsTo: ['status'],
    consumes: ['alarms'],
    hearsAlarms: true,
    runsEverySeconds: securityPolicy.incidents.runEverySeconds,
    servesHttp: true,
  },
  subscriptions: {
    purpose:
      'who gets mails about the status page: takes requests, confirmations, changes and farewells. Reaches one subscription at a time, no account and no list',
    tables: [
      { table: 'status-subscriptions', actions: ['GetItem', 'PutItem', 'DeleteItem'] },
      { table: 'tokens', actions: ['GetItem', 'DeleteItem'] },
      { table: 'rate-limits', actions: ['UpdateItem'] },
    ],
    secrets: ['origin', 'identity', 'subscription'],
    sendsTo: ['mail'],
    servesHttp: true,
  },
  mailer: {
    purpose:
      'decides whether a mail is due, mints the token in it, renders and sends it. Knows which addresses have accounts, never a hash',
    tables: [
      {
        table: 'credentials',
        actions: ['GetItem'],
        onlyAttributes: ['emailKey', 'accountId', 'locale', 'credentialVersion', 'status', 'reservedUntil'],
      },
      { table: 'tokens', actions: ['PutItem'] },
      { table: 'mail-budgets', actions: ['GetItem', 'PutItem'] },
    ],
    consumes: ['mail'],
    // Mail of its domain, which no mail server takes.
    sendsTo: ['canary'],
    sendsMail: true,
    servesHttp: false,
  },
  blocklist: {
    purpose: 'the one writer of the IP sets: feeds, blocks by hand and automatic ones, merged. Knows addresses, and nobody behind them',
    tables: [
      { table: 'ip-blocks', actions: ['Query', 'PutItem', 'UpdateItem'] },
      { table: 'events', actions: ['PutItem'] },
    ],
    consumes: ['blocks'],
    writesIpSets: true,
    runsEverySeconds: securityPolicy.blocklist.runEverySeconds,
    servesHttp: false,
  },
  rotation: {
    purpose:
      'changes the origin secret: makes the next value, lets the edge send it, makes it current. Looks whether a key is about to end. Knows nobody, and no table',
    tables: [],
    rotates: 'origin',
    looksAfterKeys: true,
    runsEverySeconds: securityPolicy.originSecret.runEverySeconds,
    servesHttp: false,
  },
  status: {
    purpose:
      'publishes the status page: reads incidents and counts, keeps the measured minutes, writes its own objects in another region. Knows nobody',
    tables: [
      { table: 'incidents', actions: ['Query'] },
      { table: 'status-minutes', actions: ['Query', 'PutItem'] },
    ],
    consumes: ['status'],
    publishesStatus: true,
    runsEverySeconds: securityPolicy.status.publishEverySeconds,
    servesHttp: false,
  },
  disclosure: {
    purpose: 'keeps security.txt on every host from expiring: reads it as anybody does, writes that one file. Knows nobody, and no table',
    tables: [],
    publishesSecurityTxt: true,
    runsEverySeconds: securityTxt.runEverySeconds,
    timeoutSeconds: securityTxt.functionTimeoutSeconds,
    servesHttp: false,
  },
  announcer: {
    purpose:
      'mails subscribers what happened: reads incidents as customers see them, and who wants to know. Its own queue and pace; knows no account',
    tables: [
      { table: 'status-subscriptions', actions: ['GetItem', 'Query'] },
      { table: 'announcements', actions: ['GetItem', 'PutItem'] },
      { table: 'incidents', actions: ['Query'], onlyAttributes: ['kind', 'entryId', 'endedAt', 'content'] },
    ],
    secrets: ['subscription'],
    sendsTo: ['announcements'],
    consumes: ['announcements'],
    sendsMail: true,
    knowsStatusPage: true,
    runsEverySeconds: securityPolicy.statusSubscriptions.announceEverySeconds,
    servesHttp: false,
  },
  canary: {
    purpose:
      'a customer of our own: signs in every minute by the public address, second factor included. Reaches its own secret and its own mail: no table, no key, no other function',
    tables: [],
    keeps: 'canary',
    consumes: ['canary'],
    visitsSite: true,
    runsEverySeconds: securityPolicy.canary.runEverySeconds,
    timeoutSeconds: securityPolicy.canary.functionTimeoutSeconds,
    servesHttp: false,
  },
  audit: {
    purpose:
      'seals the security events into the audit trail, and has its head signed. Knows their ids and hashes, and nothing of what they say',
    tables: [
      { table: 'events', index: 'by-hour', actions: ['Query'], onlyAttributes: ['hour', 'eventId', 'digest', 'expiresAt'] },
      { table: 'audit-trail', actions: ['GetItem', 'PutItem', 'Query'] },
    ],
    keys: [{ key: 'audit', actions: ['GetPublicKey', 'Sign'] }],
    archivesTrail: true,
    runsEverySeconds: securityPolicy.auditTrail.runEverySeconds,
    timeoutSeconds: securityPolicy.auditTrail.functionTimeoutSeconds,
    servesHttp: false,
  },
  pager: {
    purpose: 'writes to on-call phones what alarms say, in words for somebody just woken. Reads no table, no key, no secret',
    tables: [],
    consumes: ['pages'],
    writesToPhones: true,
    runsEverySeconds: onCallPolicy.selfCheckEverySeconds,
    servesHttp: false,
  },
} as const satisfies Record<string, FunctionPrivileges>;

export type FunctionId = keyof typeof privileges;
/** Work on the distribution or visit it, and are deployed behind it. */
export type EdgeFunctionId = 'rotation' | 'canary';
/** Write addresses of the site and of the status page, or to both, and are deployed behind both. */
export type StatusFunctionId = 'status' | 'announcer' | 'disclosure';
/** All others stand with the API, which the distributions need. */
export type ApiFunctionId = Exclude<FunctionId, EdgeFunctionId | StatusFunctionId>;
