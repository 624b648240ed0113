/** What CloudWatch says of an alarm, as a queue gets it from a topic. In a file of its own, so that no other function carries it. */
import * as z from 'zod/mini';

/**
 * Amazon SNS Developer Guide, "Parsing Amazon SNS message formats". Signatures are for HTTPS endpoints; at a queue its policy
 * says who may send.
 */
export const topicEnvelope = z.object({ Type: z.literal('Notification'), TopicArn: z.string(), Message: z.string() });

/** Of metric alarms and composite alarms alike; what else they say is not looked at. */
export const alarmNotification = z.object({
  AlarmName: z.string().check(z.maxLength(255)),
  AWSAccountId: z.string(),
  AlarmArn: z.string(),
  NewStateValue: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']),
  /** `2026-01-15T12:00:00.000+0000`: the offset in the basic form of ISO 8601, the rest in the extended one. */
  StateChangeTime: z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)$/)),
});

/** The environment variable with how the ARNs of the topics begin whose alarms are believed, as a list in JSON. */
export const alarmTopicsVariable = 'PORTIERE_ALARM_TOPICS';
export const alarmTopics = z.array(z.string().check(z.regex(/^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w-]+-$/)));
