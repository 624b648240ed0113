/** The queues of the assembly, and what access to them needs. */
import type { Resource } from '../../assembly/model.ts';
import { AwsError } from '../aws-error.ts';
import { requireAccess, type ServiceContext } from '../service.ts';
import { Queue, type QueueSettings } from './queue.ts';

export class QueueStore {
  readonly context: ServiceContext;
  readonly #queues: Map<string, Queue>;
  readonly #listeners: ((queueArn: string) => void)[] = [];

  constructor(context: ServiceContext) {
    this.context = context;
    const resources = context.assembly.ofType('AWS::SQS::Queue');
    this.#queues = new Map(resources.map((resource) => [resource.attributes.Arn as string, this.#open(resource)]));
  }

  /** @throws Error naming the ARN */
  byArn(arn: string): Queue {
    const queue = this.#queues.get(arn);
    if (queue === undefined) throw new Error(`the assembly has no queue ${arn}`);
    return queue;
  }

  /**
   * Callers may know the queue by AWS's URL or by one on this endpoint: account and name are in both.
   *
   * @throws AwsError `QueueDoesNotExist`
   */
  byUrl(url: unknown): Queue {
    const path = String(url ?? '')
      .split('/')
      .slice(-2)
      .join('/');
    const queue = [...this.#queues.values()].find(({ settings }) => settings.url.endsWith(`/${path}`));
    if (queue === undefined) {
      const headers = { 'x-amzn-query-error': 'AWS.SimpleQueueService.NonExistentQueue;Sender' };
      throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.', 400, headers);
    }
    return queue;
  }

  withLocalUrls(text: string, endpoint: string): string {
    const urls = [...this.#queues.values()].map(({ settings }) => settings.url);
    return urls.reduce((replaced, url) => replaced.replaceAll(url, `${endpoint}${new URL(url).pathname}`), text);
  }

  onMessage(listener: (queueArn: string) => void): void {
    this.#listeners.push(listener);
  }

  /**
   * The action on the queue, and with a customer-managed key the use of the key on the caller's behalf: Amazon SQS Developer
   * Guide, "Key management".
   */
  async requireAccess(queue: Queue, roleArn: string, action: string): Promise<void> {
    const { arn, encryptionKeyArn } = queue.settings;
    await requireAccess(this.context, roleArn, `sqs:${action}`, arn);
    if (encryptionKeyArn === undefined) return;
    const keyActions =
      action === 'SendMessage' ? ['kms:GenerateDataKey', 'kms:Decrypt'] : action === 'ReceiveMessage' ? ['kms:Decrypt'] : [];
    for (const keyAction of keyActions) {
      const decision = await this.context.authorizer.authorize(roleArn, {
        action: keyAction,
        resource: encryptionKeyArn,
        context: {
          'kms:ViaService': `sqs.${arn.split(':')[3]}.amazonaws.com`,
          'kms:CallerAccount': this.context.assembly.account,
          'kms:EncryptionContext:aws:sqs:arn': arn,
        },
      });
      if (decision.allowed) continue;
      this.context.log(decision.reason);
      throw new AwsError('KmsAccessDenied', decision.reason, 400, { 'x-amzn-query-error': 'KMS.AccessDeniedException;Sender' });
    }
  }

  #open(resource: Resource): Queue {
    const { assembly, state, clock } = this.context;
    const settings = readSettings(resource, (reference) => assembly.find(reference)?.attributes.Arn as string | undefined);
    return new Queue({
      settings,
      state,
      clock,
      onMessage: () => {
        for (const listener of this.#listeners) listener(settings.arn);
      },
      deadLetters: () => (settings.redrive === undefined ? undefined : this.#queues.get(settings.redrive.targetArn)),
    });
  }
}

/** Defaults: AWS::SQS::Queue in the CloudFormation template reference. */
function readSettings(
  { ref, attributes, properties, stack, logicalId }: Resource,
  arnOf: (reference: string) => string | undefined,
): QueueSettings {
  if (properties.FifoQueue === true) throw new Error(`${stack}/${logicalId}: FIFO queues are not known to the local system`);
  const redrive = properties.RedrivePolicy;
  return {
    name: attributes.QueueName as string,
    arn: attributes.Arn as string,
    url: ref,
    visibilityTimeoutSeconds: properties.VisibilityTimeout ?? 30,
    delaySeconds: properties.DelaySeconds ?? 0,
    retentionSeconds: properties.MessageRetentionPeriod ?? 345_600,
    maximumMessageBytes: properties.MaximumMessageSize ?? 1_048_576,
    receiveWaitSeconds: properties.ReceiveMessageWaitTimeSeconds ?? 0,
    redrive:
      redrive === undefined ? undefined : { targetArn: redrive.deadLetterTargetArn, maximumReceives: Number(redrive.maxReceiveCount) },
    encryptionKeyArn: properties.KmsMasterKeyId === undefined ? undefined : arnOf(properties.KmsMasterKeyId),
  };
}
