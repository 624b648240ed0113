/**
 * Findings of cfn-lint and checkov that we answer instead of mending: one rule at one kind of resource each, with the
 * reason. `test/verify/verify.test.ts` refuses short reasons; `npm run verify` refuses answers to findings nobody made.
 */
export interface Acknowledgement {
  readonly tool: 'cfn-lint' | 'checkov';
  readonly rule: string;
  /** `Stack.LogicalId` of the resources meant, without the hash that the CDK appends. */
  readonly resources: RegExp;
  readonly reason: string;
}

export const acknowledgements: readonly Acknowledgement[] = [
  {
    tool: 'cfn-lint',
    rule: 'W3005',
    resources:
      /^PortiereApi\.\w+Function|^PortiereEdge\.RotationFunction|^PortiereStatusPublisher\.\w+Function|^PortiereEdge\.CustomCDKBucketDeployment|^PortiereStatus\.CustomCDKBucketDeployment|^PortiereEdge\.CanaryFunction|^PortiereGuardrails\.AccountTrail/,
    reason: 'The CDK makes functions and trails wait for their role by name as well as by reference; the second is only superfluous.',
  },
  {
    tool: 'checkov',
    rule: 'CKV_AWS_116',
    resources:
      /^PortiereApi\.(Password|SecondFactor|Passkey|Account|Admin|Session|Public|Reports|Intake|Triage|Subscriptions|Privacy)Function/,
    reason: 'Their callers wait for the answer: a dead-letter queue of a function takes asynchronous events only.',
  },
  {
    tool: 'checkov',
    rule: 'CKV_AWS_116',
    resources: /^PortiereApi\.MailerFunction/,
    reason: 'Its messages come from a queue that has a dead-letter queue and an alarm of its own.',
  },
  {
    tool: 'checkov',
    rule: 'CKV_AWS_116',
    resources: /^PortiereApi\.BlocklistFunction/,
    reason: 'Its queue has a dead-letter queue and an alarm of its own, and a run that the clock failed to start is made good by the next.',
  },
  {
    tool: 'checkov',
    rule: 'CKV_AWS_116',
    resources: /^PortiereEdge\.RotationFunction/,
    reason: 'The clock calls it, and what the clock failed to start is made good by the next run: each goes on where the last one stopped.',
  },
  {
    tool: 'checkov',
    rule: 'CKV_AWS_115',
    resources: /^PortiereEdge\.RotationFunction/,
    reason: 'The clock starts one every five minutes, and operators one by hand: a reservation would take concurrency from sign-ins.',
  },
  {
    tool: 'checkov',
    rule: 'CKV_AWS_116',
    resources: /^PortiereEdge\.CustomCDKBucketDeployment|^PortiereStatus\.CustomCDKBucketDeployment/,
    reason: 'CloudFormation calls it during a deployment, waits for its answer, and rolls back without one.',
  },
  {
    tool: 'checkov',
    rule: 'CKV_AWS_117',
    resources:
      /^PortiereApi\.\w+Function|^PortiereEdge\.RotationFunction|^PortiereStatusPublisher\.\w+Function|^PortiereEdge\.CustomCDKBucketDeployment|^PortiereStatus\.CustomCDKBucketDeployment|^PortiereEdge\.CanaryFunction/,
    reason:
      'They talk to AWS services, and the canary to the public address, by TLS: a private network would hold nothing, and add a gateway to pay and to fail.',
  },
  {
    tool: 'checkov',
    rule: 'CKV_AWS_115',
    resources: /^PortiereApi\.(SecondFactor|Passkey|Account|Admin|Session|Public|Reports|Intake|Triage|Subscriptions|Privacy)Function/,
    reason: 'Cheap calls, bounded by the throttles of the API: a reservation would take concurrency from sign-ins.',
  },
  {
    tool: 'checkov',
    rule: 'CKV_AWS_115',
    resources: /^PortiereApi\.MailerFunction/,
    reason: 'The event source mapping lets at most two run at a time; a reservation is configuration (`concurrency.mailer`).',
  },
  {
    tool: 'checkov',
    rule: 'CKV_AWS_115',
    resources: /^PortiereApi\.BlocklistFunction/,
    reason: 'The event source mapping lets at most two run at a time, and the clock starts one every five minutes.',
  },
  {
    tool: 'checkov',
    rule: 'CKV_AWS_115',
    resources: /^PortiereEdge\.CustomCDKBucketDeployment|^PortiereStatus\.CustomCDKBucketDeployment/,
    reason: 'It runs once a deployment: reserving concurrency for it would take it from sign-ins all day.',
  },
  {
    tool: 'checkov',
    rule: 'CKV_AWS_173',
    resources:
      /^PortiereApi\.\w+Function|^PortiereEdge\.RotationFunction|^PortiereStatusPublisher\.\w+Function|^PortiereEdge\.CustomCDKBucketDeployment|^PortiereStatus\.CustomCDKBucketDeployment|^PortiereEdge\.CanaryFunction/,
    reason: 'The variables hold names, ARNs and settings, no secret: secrets are read from Secrets Manager at run time.',
  },
  {
    tool: 'checkov',
    rule: 'CKV_AWS_116',
    resources: /^PortiereApi\.(Incidents|Pager|Handover)Function/,
    reason:
      'Their queues have dead-letter queues and alarms of their own, and what the clock failed to start is made good by the next run.',
  },
  {
    tool: 'checkov',
    rule: 'CKV_AWS_115',
    resources: /^PortiereApi\.(Incidents|Pager|Handover)Function/,
    reason: 'The event source mapping lets few run at a time; a reservation would take concurrency from sign-ins.',
  },
  {
    tool: 'checkov',
    rule: 'CKV_AWS_116',
    resources: /^PortiereStatusPublisher\.DisclosureFunction/,
    reason: 'The clock calls it every 15 minutes, of which one in a month matters: a run that got lost is made good by the next.',
  },
  {
    tool: 'checkov',
    rule: 'CKV_AWS_115',
    resources: /^PortiereStatusPublisher\.DisclosureFunction/,
    reason: 'The clock starts one every 15 minutes, which ends within one: a reservation would take concurrency from sign-ins.',
  },
  {
    tool: 'checkov',
    rule: 'CKV_AWS_116',
    resources: /^PortiereEdge\.CanaryFunction/,
    reason: 'The clock calls it every minute: a run that got lost is missed by the alarm on its silence, and kept for nobody.',
  },
  {
    tool: 'checkov',
    rule: 'CKV_AWS_115',
    resources: /^PortiereEdge\.CanaryFunction/,
    reason: 'The clock starts one a minute, which ends within it: a reservation would take concurrency from sign-ins.',
  },
  {
    tool: 'checkov',
    rule: 'CKV_AWS_18',
    resources: /^PortiereGuardrails\.Evidence/,
    reason: 'It is the bucket of the recordings: CloudTrail says who changes it, and a log of the reading of logs would have no end.',
  },
  {
    tool: 'checkov',
    rule: 'CKV_AWS_116',
    resources: /^PortiereApi\.AuditFunction/,
    reason: 'The clock calls it every minute, and each run goes on where the last one stopped: a lost one is made good by the next.',
  },
  {
    tool: 'checkov',
    rule: 'CKV_AWS_115',
    resources: /^PortiereApi\.AuditFunction/,
    reason: 'The clock starts one a minute, and two at once do no harm: a reservation would take concurrency from sign-ins.',
  },
  {
    tool: 'checkov',
    rule: 'CKV_AWS_18',
    resources: /^PortiereApi\.AuditArchive/,
    reason: 'One function writes a few small objects an hour, which nobody can delete; each says in itself when and what it is.',
  },
  {
    tool: 'checkov',
    rule: 'CKV_AWS_7',
    resources: /^PortiereData\.Pepper/,
    reason: 'KMS does not rotate HMAC keys; the scheme tag in front of each hash lets a second pepper take over at sign-in.',
  },
  {
    tool: 'checkov',
    rule: 'CKV_AWS_18',
    resources: /^PortiereEdge\.WebFilesBucket|^PortiereStatus\.WebFilesBucket/,
    reason:
      'It holds public pages that CloudFront alone reads: a log of those readings would say what the cache fetched, and nothing of people.',
  },
  {
    tool: 'checkov',
    rule: 'CKV_AWS_18',
    resources: /^PortiereEdge\.AccessLogs/,
    reason: 'It is the bucket of the access logs: a log of the reading of logs would have no end.',
  },
  {
    tool: 'checkov',
    rule: 'CKV_AWS_86',
    resources: /^PortiereEdge\.Distribution/,
    reason: 'Access logs are delivered by CloudWatch Logs (standard logging v2, PortiereEdgeMonitoring), which this rule does not know.',
  },
  {
    tool: 'checkov',
    rule: 'CKV_AWS_86',
    resources: /^PortiereStatus\.Distribution/,
    reason: 'Who reads a status page is nobody’s business, ours included: nothing there is guarded, and no log of readers is kept.',
  },
  {
    tool: 'checkov',
    rule: 'CKV_AWS_68',
    resources: /^PortiereStatus\.Distribution/,
    reason: 'It serves public files from a cache and takes nothing: a web ACL could only shut out readers, in an outage above all.',
  },
  {
    tool: 'checkov',
    rule: 'CKV_AWS_116',
    resources: /^PortiereStatusPublisher\.(Status|Announcer)Function/,
    reason: 'Its queue has a dead-letter queue, and a run that the clock failed to start is made good by the next, a minute later.',
  },
  {
    tool: 'checkov',
    rule: 'CKV_AWS_115',
    resources: /^PortiereStatusPublisher\.(Status|Announcer)Function/,
    reason: 'The event source mapping lets at most two run at a time, and the clock starts one a minute.',
  },
  {
    tool: 'checkov',
    rule: 'CKV_AWS_174',
    resources: /^PortiereEdge\.Distribution|^PortiereStatus\.Distribution/,
    reason:
      'Only without a domain: CloudFront fixes the floor of its own certificate. With a domain the floor is TLS 1.2; docs/deploy.md says so.',
  },
];

/** A finding of either tool, in one form. */
export interface Finding {
  readonly tool: Acknowledgement['tool'];
  readonly rule: string;
  /** `Stack.LogicalId`. */
  readonly resource: string;
  readonly message: string;
}

/** @returns findings without an answer, and answers without a finding */
export function holdAgainst(
  findings: readonly Finding[],
  answers: readonly Acknowledgement[],
): { open: readonly Finding[]; stale: readonly Acknowledgement[] } {
  const isAnswered = (finding: Finding, answer: Acknowledgement) =>
    answer.tool === finding.tool && answer.rule === finding.rule && answer.resources.test(finding.resource);
  return {
    open: findings.filter((finding) => !answers.some((answer) => isAnswered(finding, answer))),
    stale: answers.filter((answer) => !findings.some((finding) => isAnswered(finding, answer))),
  };
}
