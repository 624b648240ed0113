/** `restore check`: point-in-time recovery brings back items and keys, and next to nothing of how a table was set up. */
import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-dynamodb';
import { tables } from '../../contract/tables.ts';
import { pascalCase } from '../../lib/names.ts';
import { openAccess } from '../access.ts';
import { type Command, OperatorError } from '../command.ts';
import { compareTable, type TableState } from './compare.ts';
import { checkHelp, readCheckOptions } from './options.ts';

export const checkCommand: Command = {
  async run(parameters, output) {
    const options = readCheckOptions(parameters);
    if (options === undefined) return output.print(checkHelp);
    const { table, restored } = options;
    const access = await openAccess(false);
    const name = await access.table('PortiereData', `${pascalCase(table)}Table`).catch(() => undefined);
    const copy = await describeTable(access.tables, restored);
    if (copy === undefined) throw new OperatorError(`There is no table ${restored} here.`);
    const findings = compareTable(
      tables[table],
      copy,
      name === undefined || name === restored ? undefined : await describeTable(access.tables, name),
    );
    if (options.json) return output.print(JSON.stringify({ table, restored, findings }));
    for (const { what, mend } of findings) {
      output.print(what);
      if (mend !== undefined) output.print(`  ${mend}`);
    }
    output.print(findings.length === 0 ? `${restored} is set up as ${table} must be` : `${findings.length} to mend`);
  },
};

async function describeTable(client: DynamoDBClient, TableName: string): Promise<TableState | undefined> {
  try {
    const [{ Table }, { TimeToLiveDescription: expiry }] = await Promise.all([
      client.send(new DescribeTableCommand({ TableName })),
      client.send(new DescribeTimeToLiveCommand({ TableName })),
    ]);
    const { ContinuousBackupsDescription: backups } = await client.send(new DescribeContinuousBackupsCommand({ TableName }));
    const key = (type: 'HASH' | 'RANGE') => Table?.KeySchema?.find(({ KeyType }) => KeyType === type)?.AttributeName;
    return {
      name: TableName,
      status: Table?.TableStatus ?? 'unknown',
      partitionKey: key('HASH'),
      sortKey: key('RANGE'),
      keyArn: Table?.SSEDescription?.KMSMasterKeyArn,
      isOnDemand: Table?.BillingModeSummary?.BillingMode === 'PAY_PER_REQUEST',
      isProtected: Table?.DeletionProtectionEnabled ?? false,
      timeToLive: expiry?.TimeToLiveStatus === 'ENABLED' ? expiry.AttributeName : undefined,
      isRecoverable: backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus === 'ENABLED',
      items: Table?.ItemCount ?? 0,
    };
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}
