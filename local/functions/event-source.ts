/**
 * AWS::Lambda::EventSourceMapping for SQS: takes messages off a queue, gives them to a function in batches, deletes
 * what it dealt with, and leaves the rest to come back after the visibility timeout.
 */
import type { Assembly, Resource } from '../assembly/model.ts';
import type { LocalClock } from '../clock.ts';
import type { LocalServices, ReceivedMessage } from '../services/model.ts';
import type { Functions } from './functions.ts';

export interface EventSources {
  /** Takes no further messages and waits for the batches under way. */
  stop(): Promise<void>;
}

export interface EventSourcesOptions {
  readonly assembly: Assembly;
  readonly queues: LocalServices['queues'];
  readonly functions: Functions;
  readonly clock: LocalClock;
  readonly log: (line: string) => void;
}

/** New messages wake a mapping at once; this is for those that become visible by time alone. */
const pollMilliseconds = 500;
/** Batches of one mapping that run at once; Lambda starts with 5. */
const concurrentBatches = 5;

export function startEventSources(options: EventSourcesOptions): EventSources {
  const { assembly, queues, clock } = options;
  const mappings = assembly
    .ofType('AWS::Lambda::EventSourceMapping')
    .filter((resource) => {
      const isQueue = String(resource.properties.EventSourceArn).split(':')[2] === 'sqs';
      if (!isQueue) options.log(`event source ${resource.logicalId} is not a queue: it is not run here`);
      return isQueue && resource.properties.Enabled !== false;
    })
    .map((resource) => createMapping(resource, options));

  queues.onMessage((queueArn) => {
    for (const mapping of mappings) if (mapping.queueArn === queueArn) mapping.wake();
  });
  const wakeAll = () => {
    for (const mapping of mappings) mapping.wake();
  };
  clock.onAdvance(wakeAll);
  const timer = setInterval(wakeAll, pollMilliseconds);
  wakeAll();

  return {
    async stop() {
      clearInterval(timer);
      await Promise.all(mappings.map((mapping) => mapping.stop()));
    },
  };
}

function createMapping(resource: Resource, { assembly, queues, functions, log }: EventSourcesOptions) {
  const { properties } = resource;
  const queueArn = String(properties.EventSourceArn);
  const functionReference = String(properties.FunctionName);
  const batchSize = Number(properties.BatchSize ?? 10);
  const reportsItemFailures = ((properties.FunctionResponseTypes ?? []) as string[]).includes('ReportBatchItemFailures');
  const limit = Math.min(concurrentBatches, Number(properties.ScalingConfig?.MaximumConcurrency ?? concurrentBatches));
  const { roleArn } = functions.resolve(functionReference);
  const running = new Set<Promise<void>>();
  let isPumping = false;
  let wokenMeanwhile = false;
  let stopped = false;

  async function deliver(messages: readonly ReceivedMessage[]): Promise<void> {
    const event = { Records: messages.map((message) => toRecord(message, queueArn, assembly.region)) };
    const result = await functions.invoke(functionReference, JSON.stringify(event));
    // A batch that failed as a whole is left to its visibility timeout: its messages come back.
    if (result.kind !== 'success') return;
    const failed = reportsItemFailures ? failedItems(result.payload, messages) : new Set<string>();
    for (const message of messages) if (!failed.has(message.messageId)) queues.delete(queueArn, message.receiptHandle);
  }

  async function pump(): Promise<void> {
    do {
      wokenMeanwhile = false;
      while (!stopped && running.size < limit) {
        const messages = await queues.receive(queueArn, batchSize, undefined, roleArn);
        if (messages.length === 0) break;
        const batch = deliver(messages)
          .catch((error: unknown) => log(`event source ${resource.logicalId}: ${(error as Error).message}`))
          .finally(() => {
            running.delete(batch);
            wake();
          });
        running.add(batch);
      }
    } while (wokenMeanwhile && !stopped && running.size < limit);
  }

  function wake(): void {
    wokenMeanwhile = true;
    if (isPumping || stopped) return;
    isPumping = true;
    pump()
      .catch((error: unknown) => log(`event source ${resource.logicalId}: ${(error as Error).message}`))
      .finally(() => {
        isPumping = false;
      });
  }

  return {
    queueArn,
    wake,
    async stop() {
      stopped = true;
      await Promise.allSettled(running);
    },
  };
}

function toRecord(message: ReceivedMessage, queueArn: string, region: string) {
  return {
    messageId: message.messageId,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes: message.attributes,
    messageAttributes: Object.fromEntries(
      Object.entries(message.messageAttributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
        name,
        {
          dataType: DataType,
          ...(StringValue !== undefined && { stringValue: StringValue }),
          ...(BinaryValue !== undefined && { binaryValue: BinaryValue }),
        },
      ]),
    ),
    md5OfBody: message.md5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: region,
  };
}

/** Lambda's rule: an answer that can't be read, or names an unknown message, means that the whole batch failed. */
function failedItems(payload: string, messages: readonly ReceivedMessage[]): Set<string> {
  const ids = new Set(messages.map(({ messageId }) => messageId));
  try {
    const answer = JSON.parse(payload) as { batchItemFailures?: { itemIdentifier?: unknown }[] } | null;
    const failed = (answer?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
    return failed.every((id) => typeof id === 'string' && ids.has(id)) ? new Set(failed as string[]) : ids;
  } catch {
    return ids;
  }
}
