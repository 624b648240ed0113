import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Alarm, ComparisonOperator, Metric, type MetricProps, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { LambdaApplication, LambdaDeploymentConfig, LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { ApiFunctionId } from '../../contract/privileges.ts';
import { type RolloutAlarmId, rollout } from '../../contract/rollout.ts';
import { acknowledge } from '../acknowledgements.ts';
import { pascalCase } from '../names.ts';
import type { PortiereFunction } from './portiere-function.ts';

export interface RolloutProps {
  readonly functions: Readonly<Record<ApiFunctionId, PortiereFunction>>;
  /** Functions that answer the API's callers: theirs roll back on its 5xx, too. */
  readonly servesHttp: (functionId: ApiFunctionId) => boolean;
  readonly api: HttpApi;
}

/**
 * Shifts the alias of each function to its new version by CodeDeploy: a share first, all of it if no alarm rang meanwhile,
 * back to the old one if one did, and then CloudFormation takes the whole deployment back.
 *
 * The alarms live in this stack, not beside those of `alarms.ts`: CodeDeploy takes only alarms that exist already, and the
 * monitoring stack comes after this one.
 */
export class Rollout extends Construct {
  constructor(scope: Construct, id: string, { functions, servesHttp, api }: RolloutProps) {
    super(scope, id);
    const application = new LambdaApplication(this, 'Application');
    const role = this.createRole();
    const answers = this.createAlarm('Rollout/Answers', { namespace: 'AWS/ApiGateway', dimensionsMap: { ApiId: api.apiId } });
    for (const [functionId, { function: lambda, live }] of Object.entries(functions) as [ApiFunctionId, PortiereFunction][]) {
      const dimensionsMap = {
        FunctionName: lambda.functionName,
        Resource: `${lambda.functionName}:${live.aliasName}`,
        ExecutedVersion: lambda.currentVersion.version,
      };
      const errors = this.createAlarm('Rollout/Errors', { namespace: 'AWS/Lambda', dimensionsMap }, functionId);
      new LambdaDeploymentGroup(this, pascalCase(functionId), {
        application,
        alias: live,
        role,
        // AWS's own, of the same numbers: one of ours would be one more thing to keep.
        deploymentConfig: LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
        alarms: servesHttp(functionId) ? [errors, answers] : [errors],
        autoRollback: { failedDeployment: true, stoppedDeployment: true, deploymentInAlarm: true },
      });
    }
  }

  private createRole(): Role {
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('codedeploy.amazonaws.com'),
      description: 'Portiere: shifts the aliases of functions during a deployment',
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSCodeDeployRoleForLambdaLimited')],
    });
    acknowledge(role, {
      'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited]':
        'CodeDeploy alone assumes it; AWS keeps its own list of what a shift of aliases and the reading of alarms need',
    });
    return role;
  }

  private createAlarm(id: RolloutAlarmId, source: Pick<MetricProps, 'namespace' | 'dimensionsMap'>, suffix?: ApiFunctionId): Alarm {
    const { metric, periodSeconds, threshold } = rollout.alarms[id];
    const name = ['portiere', ...id.split('/'), ...(suffix ? [suffix] : [])].join('-');
    const alarm = new Alarm(this, name.replaceAll('-', ''), {
      alarmName: name,
      alarmDescription: 'Rolls a deployment back while it is under way. Wakes nobody.',
      metric: new Metric({ ...source, metricName: metric, statistic: 'Sum', period: Duration.seconds(periodSeconds) }),
      threshold,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    acknowledge(alarm, {
      'NIST.800.53.R5-CloudWatchAlarmAction': 'CodeDeploy reads it during a deployment; what callers suffer rings by contract/alarms.ts',
    });
    return alarm;
  }
}
