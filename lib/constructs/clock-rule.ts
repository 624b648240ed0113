import { Duration, Stack } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { FunctionId } from '../../contract/privileges.ts';
import { acknowledge } from '../acknowledgements.ts';
import { pascalCase } from '../names.ts';

/** Calls a function by the clock. */
export function runByTheClock(scope: Construct, functionId: FunctionId, alias: IFunction, everySeconds: number): Rule {
  const rule = new Rule(scope, `${pascalCase(functionId)}Schedule`, {
    description: `Portiere: runs ${functionId}`,
    schedule: Schedule.rate(Duration.seconds(everySeconds)),
    // A run that failed is not worth repeating once the next one is due.
    targets: [new LambdaFunction(alias, { maxEventAge: Duration.seconds(everySeconds) })],
  });
  acknowledge(rule, {
    'Serverless-EventBusDLQ': 'An event of the clock says nothing but that it is time: a lost one is made good by the next, minutes later',
  });
  return rule;
}

/**
 * Calls a function when its stack was created or updated: what it keeps is there at once, and not after the first period of its clock.
 * CloudFormation tells EventBridge by itself. The function must be one that also runs by the clock, which makes a lost event good.
 */
export function runAfterDeployment(scope: Construct, functionId: FunctionId, alias: IFunction): Rule {
  const rule = new Rule(scope, `${pascalCase(functionId)}AfterDeployment`, {
    description: `Portiere: runs ${functionId} after a deployment`,
    eventPattern: {
      source: ['aws.cloudformation'],
      detailType: ['CloudFormation Stack Status Change'],
      detail: { 'stack-id': [Stack.of(scope).stackId], 'status-details': { status: ['CREATE_COMPLETE', 'UPDATE_COMPLETE'] } },
    },
    targets: [new LambdaFunction(alias)],
  });
  acknowledge(rule, {
    'Serverless-EventBusDLQ': 'It only brings forward what the clock does anyway: a lost event is made good by the next run',
  });
  return rule;
}
