/** A restored table held against the contract and the table in use. Pure. */
import type { TableDefinition } from '../../contract/tables.ts';

/** As much of a table as DynamoDB tells, of several calls. */
export interface TableState {
  readonly name: string;
  readonly status: string;
  readonly partitionKey: string | undefined;
  readonly sortKey: string | undefined;
  /** ARN of the key that it is encrypted with; absent: AWS's own. */
  readonly keyArn: string | undefined;
  readonly isOnDemand: boolean;
  readonly isProtected: boolean;
  readonly timeToLive: string | undefined;
  readonly isRecoverable: boolean;
  /** Of some hours ago, as DynamoDB counts. */
  readonly items: number;
}

export interface Finding {
  /** What is not as it must be. */
  readonly what: string;
  /** What mends it; absent: nothing but another restore. */
  readonly mend?: string;
}

/** @param inUse undefined where the table is gone */
export function compareTable(definition: TableDefinition, restored: TableState, inUse: TableState | undefined): Finding[] {
  const { name } = restored;
  const findings: Finding[] = [];
  const find = (isWrong: boolean, what: string, mend?: string) => {
    if (isWrong) findings.push({ what, ...(mend === undefined ? {} : { mend }) });
  };
  find(restored.status !== 'ACTIVE', `it is ${restored.status}: wait until it is ACTIVE`);
  find(
    restored.partitionKey !== definition.partitionKey || restored.sortKey !== definition.sortKey,
    `its keys are ${[restored.partitionKey, restored.sortKey].filter(Boolean).join(', ')}: it is the copy of another table`,
  );
  find(
    restored.keyArn === undefined || (inUse !== undefined && restored.keyArn !== inUse.keyArn),
    `it is encrypted with ${restored.keyArn ?? "a key of AWS's own"}: no function may read it`,
    `aws dynamodb update-table --table-name ${name} --sse-specification Enabled=true,SSEType=KMS,KMSMasterKeyId=${inUse?.keyArn ?? 'ARN_OF_DATAKEY'}`,
  );
  find(!restored.isOnDemand, 'it has a fixed capacity', `aws dynamodb update-table --table-name ${name} --billing-mode PAY_PER_REQUEST`);
  find(
    restored.timeToLive !== definition.timeToLive,
    `its time to live is ${restored.timeToLive ?? 'off'}, and must be ${definition.timeToLive ?? 'off'}`,
    `aws dynamodb update-time-to-live --table-name ${name} --time-to-live-specification Enabled=${definition.timeToLive !== undefined},AttributeName=${definition.timeToLive ?? restored.timeToLive}`,
  );
  find(
    !restored.isProtected,
    'it is not protected from deletion',
    `aws dynamodb update-table --table-name ${name} --deletion-protection-enabled`,
  );
  find(
    !restored.isRecoverable,
    'it has no point-in-time recovery of its own',
    `aws dynamodb update-continuous-backups --table-name ${name} --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true`,
  );
  find(
    inUse !== undefined && inUse.items > 0 && restored.items < inUse.items / 2,
    `it has ${restored.items} items, the table in use has ${inUse?.items}: was the moment the right one?`,
  );
  return findings;
}
