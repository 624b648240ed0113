/** Starts the AWS services of the local system: one endpoint on loopback, and the same services in process for the rest of it. */
import type { Metrics } from '../alarms/metrics.ts';
import { createCloudFront } from './cloudfront/service.ts';
import { DistributionStore } from './cloudfront/store.ts';
import { createCloudWatch } from './cloudwatch/service.ts';
import { createCredentialStore } from './credentials.ts';
import { createDynamoDb } from './dynamodb/service.ts';
import { openEndpoint } from './endpoint.ts';
import { createKms } from './kms/service.ts';
import { KeyStore } from './kms/store.ts';
import { createLambda } from './lambda/service.ts';
import type { InvokeFunction, LocalServices, ServicesOptions } from './model.ts';
import { createS3 } from './s3/service.ts';
import { ObjectStore } from './s3/store.ts';
import { resolveDynamicReferences } from './secretsmanager/dynamic-references.ts';
import { createSecretsManager } from './secretsmanager/service.ts';
import { SecretStore } from './secretsmanager/store.ts';
import type { ServiceContext } from './service.ts';
import { openMailbox } from './sesv2/mailbox.ts';
import { createSes } from './sesv2/service.ts';
import { publishAsService } from './sns/publish-as-service.ts';
import { createSns } from './sns/service.ts';
import { TopicStore } from './sns/store.ts';
import { deliverFromTopic } from './sqs/deliver-from-topic.ts';
import { createSqs } from './sqs/service.ts';
import { QueueStore } from './sqs/store.ts';
import { createWaf } from './wafv2/service.ts';
import { IpSetStore } from './wafv2/store.ts';

/** @throws Error when the data folder holds what the templates contradict, or a template asks for what no service here knows */
export async function startServices(options: ServicesOptions): Promise<LocalServices> {
  const { assembly, authorizer, state, clock, log } = options;
  const context: ServiceContext = { assembly, authorizer, state, clock, log };
  const credentials = createCredentialStore();
  const keys = new KeyStore(context);
  const secrets = new SecretStore(context);
  const distributions = new DistributionStore(context, (text) => resolveDynamicReferences(secrets, text));
  const queues = new QueueStore(context);
  const topics = new TopicStore(context);
  topics.onDelivery((delivery) => {
    if (delivery.protocol !== 'sqs') return;
    deliverFromTopic(queues, delivery).catch((error: unknown) => log((error as Error).message));
  });
  const ipSets = new IpSetStore(context);
  const mailbox = openMailbox(state, clock);
  const objects = new ObjectStore(context);
  let metrics: Metrics | undefined;
  let invoke: InvokeFunction | undefined;
  const dynamoDb = await createDynamoDb(context, options.dataDirectory, () => metrics);
  const services = [
    dynamoDb.service,
    createKms(keys),
    createSecretsManager(secrets),
    createSqs(queues),
    createSns(topics),
    createSes(context, mailbox),
    createLambda(context, () => invoke),
    createWaf(ipSets),
    createCloudFront(distributions),
    createS3(objects),
    createCloudWatch(context, () => metrics),
  ];
  const endpoint = await openEndpoint({ services, credentials, faults: options.faults, log });

  return {
    endpoint: endpoint.url,
    call: endpoint.call,
    credentialsFor: credentials.credentialsFor,
    withLocalQueueUrls: (text) => queues.withLocalUrls(text, endpoint.url),
    secrets: {
      value: (arnOrName) => secrets.version(secrets.find(arnOrName)).value,
      resolveDynamicReferences: (text) => resolveDynamicReferences(secrets, text),
    },
    mailbox: { list: mailbox.list },
    topics: {
      publish: (topicArn, message, servicePrincipal = 'cloudwatch.amazonaws.com', sourceArn) =>
        publishAsService(topics, topicArn, message, servicePrincipal, sourceArn),
      onDelivery: (listener) => topics.onDelivery(listener),
    },
    queues: {
      async receive(queueArn, max, visibilitySeconds, roleArn) {
        const queue = queues.byArn(queueArn);
        if (roleArn !== undefined) await queues.requireAccess(queue, roleArn, 'ReceiveMessage');
        return queue.receive(max, visibilitySeconds);
      },
      delete: (queueArn, receiptHandle) => queues.byArn(queueArn).delete(receiptHandle),
      changeVisibility: (queueArn, receiptHandle, seconds) => queues.byArn(queueArn).changeVisibility(receiptHandle, seconds),
      depth: (queueArn) => queues.byArn(queueArn).depth(),
      onMessage: (listener) => queues.onMessage(listener),
    },
    distributions: {
      originHeaders: (distributionId, originId) => distributions.originHeaders(distributionId, originId),
      serveAt: (distributionId, domainName) => distributions.serveAt(distributionId, domainName),
    },
    ipSets: { list: () => ipSets.list(), onChange: (listener) => ipSets.onChange(listener) },
    objects: { read: (bucket, key) => objects.read(bucket, key) },
    serveMetrics: (given) => {
      metrics = given;
    },
    serveInvocations: (given) => {
      invoke = given;
    },
    tables: { sweep: dynamoDb.sweep },
    async stop() {
      await endpoint.close();
      await dynamoDb.stop();
    },
  };
}
