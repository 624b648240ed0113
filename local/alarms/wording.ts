/** What CloudWatch tells a topic of an alarm: JSON for programs, and texts of its own for mailboxes and phones. */
import type { Notification } from '../services/model.ts';
import type { AlarmState } from './alarm.ts';

export interface AlarmChange {
  readonly name: string;
  readonly arn: string;
  readonly description: string;
  readonly account: string;
  readonly region: string;
  readonly before: AlarmState;
  readonly state: AlarmState;
  readonly reason: string;
  /** Milliseconds. */
  readonly at: number;
}

/** Written after the messages that CloudWatch sends; subjects are cut at SNS's 100 characters. */
export function wordChange(change: AlarmChange): Notification {
  const { name, arn, description, account, region, before, state, reason, at } = change;
  const time = new Date(at).toISOString();
  const link = `https://${region}.console.aws.amazon.com/cloudwatch/deeplink.js?region=${region}#alarmsV2:alarm/${name}`;
  const email = [
    `You are receiving this email because your Amazon CloudWatch Alarm "${name}" in the ${region} region has entered the ${state} state, because "${reason}" at "${time}".`,
    `View this alarm in the AWS Management Console:\n${link}`,
    `Alarm Details:\n- Name: ${name}\n- Description: ${description}\n- State Change: ${before} -> ${state}\n- Reason for State Change: ${reason}\n- Timestamp: ${time}\n- AWS Account: ${account}\n- Alarm Arn: ${arn}`,
  ].join('\n\n');
  const subject = `${state}: "${name}" in ${region}`;
  return {
    subject: subject.slice(0, 100),
    message: JSON.stringify({
      AlarmName: name,
      AlarmDescription: description,
      AWSAccountId: account,
      NewStateValue: state,
      NewStateReason: reason,
      // As CloudWatch writes it: the offset in the basic form of ISO 8601.
      StateChangeTime: time.replace('Z', '+0000'),
      Region: region,
      AlarmArn: arn,
      OldStateValue: before,
    }),
    byProtocol: { email, sms: subject },
  };
}
