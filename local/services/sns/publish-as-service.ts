/** What an AWS service, such as CloudWatch for its alarms, publishes: the policies of topic and key must let it. */
import type { Notification } from '../model.ts';
import type { TopicStore } from './store.ts';

/**
 * @param servicePrincipal e.g. `cloudwatch.amazonaws.com`
 * @param sourceArn of the alarm or rule on whose behalf
 * @throws Error when the topic is unknown or a policy refuses: in AWS, the notification would be lost without a word
 */
export async function publishAsService(
  store: TopicStore,
  topicArn: string,
  notification: Notification,
  servicePrincipal: string,
  sourceArn: string | undefined,
): Promise<void> {
  const { assembly, authorizer } = store.context;
  const topic = store.find(topicArn);
  const context = {
    'aws:SourceAccount': assembly.account,
    'aws:SourceOwner': assembly.account,
    ...(sourceArn === undefined ? {} : { 'aws:SourceArn': sourceArn }),
  };
  const requests: { action: string; resource: string }[] = [];
  // Without a policy of its own a topic has SNS's default one, which lets every service of the account publish.
  const hasPolicy = assembly.ofType('AWS::SNS::TopicPolicy').some(({ properties }) => properties.Topics.includes(topicArn));
  if (hasPolicy) requests.push({ action: 'sns:Publish', resource: topicArn });
  const keyArn = store.encryptionKeyArn(topic);
  if (keyArn !== undefined) requests.push({ action: 'kms:GenerateDataKey', resource: keyArn }, { action: 'kms:Decrypt', resource: keyArn });
  for (const request of requests) {
    const decision = await authorizer.authorize(servicePrincipal, { ...request, context });
    if (!decision.allowed) throw new Error(`${topicArn} gets nothing from ${servicePrincipal}: ${decision.reason}`);
  }
  store.deliver(topic, notification);
}
