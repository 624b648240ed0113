/** What the services on loopback offer to the rest of the local system, beside the AWS endpoint itself. */

import type { Metrics } from '../alarms/metrics.ts';
import type { Assembly } from '../assembly/model.ts';
import type { LocalClock } from '../clock.ts';
import type { Faults } from '../faults.ts';
import type { Authorizer } from '../iam/model.ts';
import type { State } from '../state.ts';
import type { StoredObject } from './s3/store.ts';
import type { ServiceAnswer, ServiceRequest } from './service.ts';

export interface ServicesOptions {
  readonly assembly: Assembly;
  readonly authorizer: Authorizer;
  readonly state: State;
  /** Folder for the DynamoDB files, or `:memory:`. */
  readonly dataDirectory: string;
  readonly clock: LocalClock;
  readonly faults: Faults;
  /** One sentence for the person at the terminal: unknown actions, refused calls. */
  readonly log: (line: string) => void;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

export interface Mail {
  readonly id: string;
  readonly from: string;
  /** All recipients, joined with `, ` when there are several. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Those that the sender has set. */
  readonly headers: Readonly<Record<string, string>>;
  /** ISO 8601, by the system's clock. */
  readonly sentAt: string;
}

export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

export interface Notification {
  readonly subject?: string;
  readonly message: string;
  /** What subscriptions of these protocols get instead (`MessageStructure` `json`). */
  readonly byProtocol?: Readonly<Partial<Record<Delivery['protocol'], string>>>;
  readonly attributes?: Readonly<Record<string, MessageAttribute>>;
}

/** A notification as one subscription of a topic receives it. */
export interface Delivery {
  readonly messageId: string;
  readonly topicArn: string;
  readonly protocol: 'sms' | 'email' | 'email-json' | 'http' | 'https' | 'lambda' | 'sqs';
  /** Telephone number, address, URL or ARN. */
  readonly endpoint: string;
  readonly subject?: string;
  readonly message: string;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
  /** ISO 8601, by the system's clock. */
  readonly at: string;
}

export interface ReceivedMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly md5OfBody: string;
  /** `ApproximateReceiveCount`, `SentTimestamp`, `ApproximateFirstReceiveTimestamp`, `SenderId`. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: Readonly<Record<string, MessageAttribute>>;
}

export interface QueueDepth {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
  /** Of the oldest message that was not deleted; 0 for an empty queue. */
  readonly oldestAgeSeconds: number;
}

/** What came of a function's invocation. */
export type Invoked =
  | { readonly kind: 'success'; readonly payload: string }
  /** The function threw, timed out, ran out of memory or could not be loaded. */
  | { readonly kind: 'failure'; readonly error: { readonly errorType: string; readonly errorMessage: string } }
  /** Refused before any code ran. */
  | { readonly kind: 'throttled' };

/** @param reference ARN of a function, an alias or a version of the assembly */
export type InvokeFunction = (reference: string, payload: string) => Promise<Invoked>;

export interface LocalServices {
  /** `http://127.0.0.1:PORT`, for `AWS_ENDPOINT_URL`. */
  readonly endpoint: string;
  /** What the endpoint does with a request, without the way there. */
  call(request: ServiceRequest): Promise<ServiceAnswer>;
  /** Credentials that stand for the role, the same for the lifetime of the services. */
  credentialsFor(roleArn: string): Credentials;
  /**
   * Replaces the URLs of queues by URLs on this endpoint, as a function's environment needs them: the SDK calls the host that a
   * queue's URL names, whatever endpoint it was given.
   */
  withLocalQueueUrls(text: string): string;
  readonly secrets: {
    /** The current value (AWSCURRENT). */
    value(arnOrName: string): string;
    /** Replaces every `{{resolve:secretsmanager:...}}` in the text, JSON keys and version stages included. */
    resolveDynamicReferences(text: string): string;
  };
  readonly mailbox: { list(to?: string): Mail[] };
  readonly topics: {
    /**
     * Publishes as an AWS service would, so the topic's and its key's policies must allow it.
     *
     * @param servicePrincipal CloudWatch's if undefined
     * @param sourceArn of the alarm or rule on whose behalf
     * @throws Error naming the topic when it is unknown or the policies refuse
     */
    publish(topicArn: string, message: Notification, servicePrincipal?: string, sourceArn?: string): Promise<void>;
    /** Calls back for each subscription that a notification goes to. */
    onDelivery(listener: (delivery: Delivery) => void): void;
  };
  readonly queues: {
    /**
     * @param visibilitySeconds how long the messages stay hidden; the queue's own timeout if undefined
     * @param roleArn when given, `sqs:ReceiveMessage` is enforced for this role, as Lambda's event source mappings need it
     */
    receive(queueArn: string, max: number, visibilitySeconds?: number, roleArn?: string): Promise<ReceivedMessage[]>;
    delete(queueArn: string, receiptHandle: string): void;
    changeVisibility(queueArn: string, receiptHandle: string, seconds: number): void;
    depth(queueArn: string): QueueDepth;
    /** Calls back whenever a message becomes receivable by being sent or made visible again; time alone does not call. */
    onMessage(listener: (queueArn: string) => void): void;
  };
  readonly distributions: {
    /** What the edge adds to requests for an origin at this moment. */
    originHeaders(distributionId: string, originId: string): readonly { readonly name: string; readonly value: string }[];
    /** Says the host and port that a distribution's viewers come to. */
    serveAt(distributionId: string, domainName: string): void;
  };
  readonly ipSets: {
    /** What every IP set of the assembly holds. */
    list(): { readonly arn: string; readonly addresses: readonly string[] }[];
    onChange(listener: (arn: string, addresses: readonly string[]) => void): void;
  };
  readonly objects: {
    /** What was written to a bucket while the system ran, now or in an earlier run. */
    read(bucket: string, key: string): StoredObject | undefined;
  };
  /** Says where the counts are that CloudWatch gives out: they are kept by what evaluates alarms. */
  serveMetrics(metrics: Metrics): void;
  /** Says what runs the functions: they start after the services that they call, and call each other through one of them. */
  serveInvocations(invoke: InvokeFunction): void;
  readonly tables: {
    /** Deletes items whose time to live has passed by the system's clock, as DynamoDB does in the background; gives their number. */
    sweep(): Promise<number>;
  };
  stop(): Promise<void>;
}
