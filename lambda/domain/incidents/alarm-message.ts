/** Reads what CloudWatch says through SNS and SQS, and believes only what comes from our own topics about our own alarms. */
import { alarmNotification, topicEnvelope } from '../../../contract/alarm-message.ts';
import { readAlarmName } from '../../../contract/alarms.ts';
import type { ComponentId } from '../../../contract/components.ts';
import type { ComponentStatus } from '../../../contract/incidents.ts';
import { securityPolicy } from '../../../contract/security-policy.ts';

/** An alarm that has changed, and that customers notice. */
export interface AlarmChange {
  readonly alarm: string;
  readonly component: ComponentId;
  readonly suffers: ComponentStatus;
  readonly isRinging: boolean;
  /** When, in milliseconds: by its own clock, never in our future. */
  readonly at: number;
}

export type AlarmReading =
  | { readonly kind: 'change'; readonly change: AlarmChange }
  /** Nothing to be told to customers, and nothing wrong: a test of the pager, an alarm that they don't notice. */
  | { readonly kind: 'ignored'; readonly reason: string }
  /** Nobody can make sense of it, or nobody of ours has sent it: it belongs among the dead letters. */
  | { readonly kind: 'refused'; readonly reason: string };

/** @param topics how the ARNs of our topics begin, up to the part that CloudFormation draws */
export function readAlarmMessage(body: string, topics: readonly string[], now: number): AlarmReading {
  const envelope = topicEnvelope.safeParse(parse(body));
  if (!envelope.success) return refused('it is no notification of a topic');
  const { TopicArn, Message } = envelope.data;
  if (!topics.some((start) => TopicArn.startsWith(start) && /^\w+$/.test(TopicArn.slice(start.length)))) {
    return refused('it comes from another topic');
  }
  const content = parse(Message);
  // A test of the pager, a heartbeat: text, or JSON of another kind.
  if (typeof content !== 'object' || content === null || !('AlarmName' in content)) return ignored('it is about no alarm');
  const alarm = alarmNotification.safeParse(content);
  if (!alarm.success) return refused('it is no message of an alarm');

  const { AlarmName, AlarmArn, AWSAccountId, NewStateValue, StateChangeTime } = alarm.data;
  const [, partition, , region, account] = TopicArn.split(':');
  if (AWSAccountId !== account || AlarmArn !== `arn:${partition}:cloudwatch:${region}:${account}:alarm:${AlarmName}`) {
    return refused('the alarm is not of this account and region');
  }
  const named = readAlarmName(AlarmName);
  if (named === undefined) return ignored('it is none of our alarms');
  if (named.component === undefined) return ignored('customers notice nothing of this alarm');

  const at = Date.parse(StateChangeTime.replace(/([+-]\d\d):?(\d\d)$/, '$1:$2'));
  const { clockSkewSeconds, staleAlarmSeconds } = securityPolicy.incidents;
  if (Number.isNaN(at) || at > now + clockSkewSeconds * 1000) return refused('its time is in the future');
  const isRinging = NewStateValue === 'ALARM';
  if (isRinging && at < now - staleAlarmSeconds * 1000) return ignored('it rang too long ago');
  const { definition, component } = named;
  const suffers = definition.suffers ?? 'partial_outage';
  return { kind: 'change', change: { alarm: AlarmName, component, suffers, isRinging, at: Math.min(at, now) } };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function ignored(reason: string): AlarmReading {
  return { kind: 'ignored', reason };
}

function refused(reason: string): AlarmReading {
  return { kind: 'refused', reason };
}
