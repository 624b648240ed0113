/** Every DynamoDB table: keys, time to live, what it holds. Names are logical; the deployment gives the real ones. */
export interface TableDefinition {
  /** Partition key attribute, a string. */
  readonly partitionKey: string;
  /** Sort key attribute, a string. */
  readonly sortKey?: string;
  /** Attribute with the expiry in epoch seconds. Expiry is checked on read; the store only cleans up. */
  readonly timeToLive?: string;
  readonly holds: string;
  /** Further ways to find its items, by name: items that lack the partition key are not in it. */
  readonly indexes?: Readonly<Record<string, { readonly partitionKey: string; readonly sortKey: string }>>;
  /** Nobody changes or removes an item, whatever a role allows: a policy of the table itself says so. */
  readonly appendOnly?: true;
}

export const tables = {
  accounts: {
    partitionKey: 'accountId',
    holds:
      'what a person is (address, locale, status) the sessions, as hashes, and the passkeys, as public keys: one item, so that ending them is one conditional write',
  },
  credentials: {
    partitionKey: 'emailKey',
    // Only addresses that an account has moved away from carry it.
    timeToLive: 'reservedUntil',
    holds: 'password hashes by keyed hash of the normalised address; the write that creates an item here is what makes an account exist',
  },
  seeds: {
    partitionKey: 'accountId',
    sortKey: 'seedId',
    timeToLive: 'expiresAt',
    holds: 'secrets of authenticators, sealed under a key of their own and bound to the account; unconfirmed ones expire',
  },
  registrations: {
    partitionKey: 'registrationId',
    timeToLive: 'expiresAt',
    holds: 'registrations that wait for their address to be verified',
  },
  tokens: {
    partitionKey: 'tokenHash',
    timeToLive: 'expiresAt',
    holds: 'hashes of the single-use tokens in mails',
  },
  attempts: {
    partitionKey: 'attemptKey',
    timeToLive: 'expiresAt',
    holds: 'lockout counters, for addresses with and without an account alike',
  },
  'rate-limits': {
    partitionKey: 'budgetKey',
    timeToLive: 'expiresAt',
    holds: 'how often an address or an account has done a thing in the present window; no name, no credential',
  },
  events: {
    partitionKey: 'subject',
    sortKey: 'eventId',
    timeToLive: 'expiresAt',
    indexes: {
      // How the function that seals finds what it hasn't sealed yet, an hour at a time.
      'by-hour': { partitionKey: 'hour', sortKey: 'eventId' },
      // What staff and operators did, by month.
      acts: { partitionKey: 'actsOf', sortKey: 'eventId' },
    },
    holds:
      'security events, append-only: each with the hash that the audit trail keeps of it, and the salts without which that hash says nothing',
  },
  'audit-trail': {
    partitionKey: 'part',
    sortKey: 'place',
    appendOnly: true,
    holds:
      'the audit trail: blocks of hashes of events, chained, and signed checkpoints of the chain. Names nobody, and stays when events go',
  },
  'mail-budgets': {
    partitionKey: 'recipientKey',
    timeToLive: 'expiresAt',
    holds: 'what was sent to an address in the last hour',
  },
  'ip-blocks': {
    partitionKey: 'source',
    sortKey: 'entryId',
    // Of blocks alone: copies of feeds stay until a better one comes.
    timeToLive: 'expiresAt',
    holds: 'blocked addresses with reason, author and end, the last good copy of each feed, and what was last written to the IP sets',
  },
  incidents: {
    partitionKey: 'kind',
    sortKey: 'entryId',
    holds:
      'incidents and maintenance as customers see them, each with what only we see, and for each component its alarms and the incident that they opened',
  },
  'csp-reports': {
    partitionKey: 'day',
    sortKey: 'place',
    timeToLive: 'expiresAt',
    holds: 'how often browsers said that the content security policy refused what, by day: a fixed number of places, no address, no query',
  },
  'vulnerability-reports': {
    partitionKey: 'shelf',
    sortKey: 'entryId',
    holds:
      'reports of vulnerabilities: an item each with its state, and apart from it the text and what was said, sealed under a key of their own and bound to the report',
  },
  'status-minutes': {
    partitionKey: 'component',
    sortKey: 'day',
    timeToLive: 'expiresAt',
    holds: 'what each minute of each part of the service was, an item a day, as the bars of the status page show it',
  },
  'status-subscriptions': {
    partitionKey: 'list',
    sortKey: 'subscriptionId',
    holds:
      'who has confirmed that they want mails about which parts of the service: address, language, parts. Nobody who has not confirmed',
  },
  announcements: {
    partitionKey: 'batch',
    sortKey: 'entryId',
    timeToLive: 'expiresAt',
    holds: 'what subscribers have been told of which incident, and for some days which mail went to which subscription; no address',
  },
  erasures: {
    partitionKey: 'list',
    sortKey: 'accountId',
    holds: 'accounts that are to be erased, and how far it has come: deleted with its last step',
  },
} as const satisfies Record<string, TableDefinition>;

export type TableId = keyof typeof tables;
