/** What the function that writes to phones is told: JSON in the environment variable `PORTIERE_PAGING`, written at synth. */
import * as z from 'zod/mini';

export const pagingVariable = 'PORTIERE_PAGING';

export const pagingSchema = z.strictObject({
  /** Topic whose subscribers are phones; absent where nobody on call has one. */
  phonesTopicArn: z.optional(z.string()),
  /** Page whose anchors are the names of alarms without their suffix; an address, or the path in the repository. */
  runbookUrl: z.string(),
  dashboardUrl: z.string(),
  /** The outside clock that rings when it hears nothing. */
  heartbeat: z.optional(z.strictObject({ url: z.string(), topicArn: z.string() })),
});
export type Paging = z.infer<typeof pagingSchema>;

/** What the clock tells the function when a heartbeat is due. Whatever else the clock says is a check of the function itself. */
export const heartbeatEvent = { task: 'heartbeat' } as const;

/** Where a row of the runbook begins: `runbook.md#portiere-Kms-Denied`. */
export function runbookAnchor(alarmId: string): string {
  return `portiere-${alarmId.replace('/', '-')}`;
}

/** Of an alarm that CloudWatch tells a topic of, as much as a text message says (Amazon CloudWatch User Guide). */
export const pageMessage = z.object({
  AlarmName: z.string().check(z.minLength(1), z.maxLength(255)),
  AlarmDescription: z.nullish(z.string()),
  NewStateValue: z.enum(['ALARM', 'OK', 'INSUFFICIENT_DATA']),
  OldStateValue: z.optional(z.string()),
  StateChangeTime: z.string(),
});

/** What SNS writes around a message that a queue gets. */
export const pageEnvelope = z.object({ TopicArn: z.string(), MessageId: z.string(), Message: z.string() });
