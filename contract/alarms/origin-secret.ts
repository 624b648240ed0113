/** The secret between edge and API, which changes by itself. */
import type { AlarmDefinition } from '../alarm.ts';
import { securityPolicy } from '../security-policy.ts';

export const originSecretAlarms = {
  'OriginSecret/Age': {
    severity: 'ticket',
    source: { kind: 'product', metric: 'OriginSecret/Age' },
    statistic: 'Maximum',
    periodSeconds: 3600,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    threshold: securityPolicy.originSecret.rotateEverySeconds / 3600 + 24,
    means:
      'The origin secret is a day older than it should become: its rotation does not get to its end. The door stays open to everybody who may use it.',
    check: '`npm run ops -- origin status` says which step it waits for; the log of `rotation` says why.',
    act: 'Mend the cause, e.g. a distribution that never gets to Deployed. Nothing must be put right by hand: each run goes on where the last one stopped.',
  },
  'OriginSecret/Errors': {
    severity: 'ticket',
    source: { kind: 'function', metric: 'Errors', only: 'rotation' },
    statistic: 'Sum',
    periodSeconds: 1800,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    threshold: 3,
    means: 'The rotation of the origin secret fails, or the edge sends a value that nobody knows and it could not be put right.',
    check:
      'The log of `rotation`: CloudFront or Secrets Manager refusing, or the public address not answering with the next value. `Edge/Errors` and `Origin/Bypassed` together mean that the door is shut.',
    act: 'If the door is shut: any `cdk deploy` that changes the distribution puts the current value into it; so does the next run of `rotation`. Else mend the cause, and the next run goes on.',
  },
  'OriginSecret/Silent': {
    severity: 'ticket',
    source: { kind: 'product', metric: 'OriginSecret/Age' },
    statistic: 'SampleCount',
    periodSeconds: 900,
    evaluationPeriods: 2,
    datapointsToAlarm: 2,
    threshold: 1,
    speaksWhen: 'under',
    missingData: 'breaching',
    means:
      'The function `rotation` has said nothing for half an hour: the origin secret does not change, nobody corrects what the edge sends, and nobody looks whether a key is about to end.',
    check: 'OriginSecret/Errors. If that is quiet: the rule in EventBridge that calls it, and its throttles.',
    act: 'Enable the rule, or deploy `PortiereEdge`. Look at the states of the keys by hand once: KMS, the three keys of `PortiereData`.',
  },
} as const satisfies Record<string, AlarmDefinition>;
