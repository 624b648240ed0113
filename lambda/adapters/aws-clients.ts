import { clientOptions } from './client-options.ts';
import { DynamoDBDocumentClient } from './document-client.ts';

let client: DynamoDBDocumentClient | undefined;

/** The process's one DynamoDB client: connections are kept between invocations. */
export function documentClient(): DynamoDBDocumentClient {
  client ??= new DynamoDBDocumentClient(clientOptions);
  return client;
}
