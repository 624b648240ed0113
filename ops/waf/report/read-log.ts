/** The log of the web ACL in CloudWatch Logs, read with the caller's own credentials. */
import { CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { webAclLogGroup } from '../../../contract/web-acl.ts';
import { OperatorError } from '../../command.ts';
import { type Finding, readLogRecord } from './findings.ts';

/** Where the web ACL of CloudFront lives, whatever the region of the deployment. */
const region = 'us-east-1';
const recordsAPage = 10_000;
/** A page takes about a second. */
const mostRecords = 500_000;

/**
 * @param from milliseconds
 * @param take is given each finding, in the order of the log
 * @returns whether the log was read to its end
 * @throws OperatorError when it can't be read
 */
export async function readLog(from: number, until: number, take: (finding: Finding) => void): Promise<boolean> {
  const client = new CloudWatchLogsClient({ region });
  let records = 0;
  try {
    const pages = paginateFilterLogEvents(
      { client, pageSize: recordsAPage },
      { logGroupName: webAclLogGroup, startTime: from, endTime: until },
    );
    for await (const { events = [] } of pages) {
      for (const { message = '' } of events) {
        const finding = readLogRecord(message);
        if (finding !== undefined) take(finding);
      }
      records += events.length;
      if (records >= mostRecords) return false;
    }
    return true;
  } catch (error) {
    throw explain(error);
  } finally {
    client.destroy();
  }
}

function explain(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  switch (error.name) {
    case 'ResourceNotFoundException':
      return new OperatorError(
        `There is no log group ${webAclLogGroup} in ${region}: is PortiereFirewall deployed in the account of these credentials?`,
      );
    case 'CredentialsProviderError':
    case 'ExpiredTokenException':
    case 'UnrecognizedClientException':
      return new OperatorError(`AWS takes no credentials of yours (${error.name}): sign in to the account first, or add --local.`);
    case 'AccessDeniedException':
      return new OperatorError(`Your credentials may not read ${webAclLogGroup}: logs:FilterLogEvents is needed.`);
    default:
      return error;
  }
}
