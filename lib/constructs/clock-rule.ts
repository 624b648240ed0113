import { Duration } from 'aws-cdk-lib';
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
