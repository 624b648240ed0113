import { AwsError } from '../aws-error.ts';
import type { MessageAttribute } from '../model.ts';
import { requireAccess } from '../service.ts';
import type { TopicStore } from './store.ts';

const maximumMessageBytes = 262_144;

/** @returns the message's id */
export async function publish(store: TopicStore, parameters: URLSearchParams, roleArn: string): Promise<string> {
  const topicArn = parameters.get('TopicArn') ?? parameters.get('TargetArn');
  if (topicArn === null)
    throw new AwsError('InvalidParameter', 'Invalid parameter: TopicArn or TargetArn Reason: no value for required parameter');
  await requireAccess(store.context, roleArn, 'sns:Publish', topicArn);
  const topic = store.find(topicArn);
  const keyArn = store.encryptionKeyArn(topic);
  const viaService = { 'kms:ViaService': `sns.${topicArn.split(':')[3]}.amazonaws.com` };
  for (const action of keyArn === undefined ? [] : ['kms:GenerateDataKey', 'kms:Decrypt']) {
    await requireAccess(store.context, roleArn, action, String(keyArn), viaService);
  }
  const message = parameters.get('Message') ?? '';
  if (message === '') throw new AwsError('InvalidParameter', 'Invalid parameter: Empty message');
  if (Buffer.byteLength(message) > maximumMessageBytes) throw new AwsError('InvalidParameter', 'Invalid parameter: Message too long');
  const subject = parameters.get('Subject');
  return store.deliver(topic, { ...(subject === null ? {} : { subject }), message, attributes: attributesOf(parameters) });
}

/** `MessageAttributes.entry.N.Name`, `...Value.DataType`, `...Value.StringValue`. */
function attributesOf(parameters: URLSearchParams): Record<string, MessageAttribute> {
  const attributes: Record<string, MessageAttribute> = {};
  for (let number = 1; ; number++) {
    const prefix = `MessageAttributes.entry.${number}`;
    const name = parameters.get(`${prefix}.Name`);
    if (name === null) return attributes;
    const text = parameters.get(`${prefix}.Value.StringValue`);
    attributes[name] = {
      DataType: parameters.get(`${prefix}.Value.DataType`) ?? 'String',
      ...(text === null ? {} : { StringValue: text }),
    };
  }
}
