import { privileges } from '../../contract/privileges.ts';
import { rollout } from '../../contract/rollout.ts';
import { minimalConfig, only, type Properties, type Synthesized, synthesize } from './synthesize.ts';

let synthesized: Synthesized;
beforeAll(() => {
  synthesized = synthesize(minimalConfig);
});

// The clock calls these, behind the distributions, and nobody waits for them: a share of their few calls would be none.
const byTheClock: readonly string[] = ['rotation', 'canary', 'status', 'disclosure', 'announcer'];
const functionIds = (Object.keys(privileges) as (keyof typeof privileges)[]).filter((id) => !byTheClock.includes(id));
const pascal = (id: string) => id.replace(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase());
const groupOf = (id: string) => only(synthesized.ofType('AWS::CodeDeploy::DeploymentGroup'), `Rollout${pascal(id)}`);
const aliasOf = (id: string) =>
  synthesized
    .ofType('AWS::Lambda::Alias')
    .find(({ stack, logicalId }) => stack === 'PortiereApi' && new RegExp(`^${pascal(id)}Live[0-9A-F]{8}$`).test(logicalId));
const alarmsOf = ({ properties }: { properties: Properties }): Properties[] =>
  properties.AlarmConfiguration.Alarms.map(({ Name }: Properties) => {
    const alarm = synthesized
      .ofType('AWS::CloudWatch::Alarm')
      .find(({ logicalId, stack }) => stack === 'PortiereApi' && logicalId === Name.Ref);
    return alarm?.properties;
  });

describe('the drill: a new version that crashes', () => {
  test.each(functionIds)('[P02] %s gets a tenth of the calls for five minutes before it gets them all, and goes back by itself', (id) => {
    const group = groupOf(id);

    expect(group.properties).toMatchObject({
      DeploymentConfigName: `CodeDeployDefault.LambdaCanary${rollout.canary.percent}Percent${rollout.canary.minutes}Minutes`,
      DeploymentStyle: { DeploymentType: 'BLUE_GREEN', DeploymentOption: 'WITH_TRAFFIC_CONTROL' },
      AutoRollbackConfiguration: {
        Enabled: true,
        Events: expect.arrayContaining(['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_REQUEST', 'DEPLOYMENT_STOP_ON_ALARM']),
      },
      AlarmConfiguration: { Enabled: true },
    });
    expect(group.properties.AlarmConfiguration.IgnorePollAlarmFailure).not.toBe(true);
  });

  test.each(functionIds)('[P02] the alias of %s, which all callers use, moves by that group and by nothing else', (id) => {
    const alias = aliasOf(id);

    expect(alias?.updatePolicy).toEqual({
      CodeDeployLambdaAliasUpdate: {
        ApplicationName: { Ref: only(synthesized.ofType('AWS::CodeDeploy::Application')).logicalId },
        DeploymentGroupName: { Ref: groupOf(id).logicalId },
      },
    });
  });

  test.each(functionIds)(
    '[P02] an alarm of %s watches the new version alone, speaks at one crash within a minute, and exists before',
    (id) => {
      const [errors, answers] = alarmsOf(groupOf(id));

      expect(errors).toMatchObject({
        AlarmName: `portiere-Rollout-Errors-${id}`,
        MetricName: 'Errors',
        Namespace: 'AWS/Lambda',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        TreatMissingData: 'notBreaching',
      });
      const dimensions = Object.fromEntries(errors?.Dimensions.map(({ Name, Value }: Properties) => [Name, JSON.stringify(Value)]));
      expect(Object.keys(dimensions).sort()).toEqual(['ExecutedVersion', 'FunctionName', 'Resource']);
      expect(dimensions.ExecutedVersion).toMatch(/CurrentVersion[0-9a-fA-F]+.*Version/);
      expect(dimensions.Resource).toContain(':live');
      expect(answers?.AlarmName).toBe(privileges[id].servesHttp ? 'portiere-Rollout-Answers' : undefined);
    },
  );

  test('[P02] CodeDeploy may shift aliases, and nobody else may be it', () => {
    const role = only(synthesized.ofType('AWS::IAM::Role'), 'RolloutRole');

    expect(role.properties.AssumeRolePolicyDocument.Statement).toEqual([
      { Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'codedeploy.amazonaws.com' } },
    ]);
    expect(JSON.stringify(role.properties.ManagedPolicyArns)).toContain('AWSCodeDeployRoleForLambdaLimited');
  });
});

test('a deployment that must not wait goes all at once: nothing of CodeDeploy is left, and the aliases keep their names', () => {
  const atOnce = synthesize({ ...minimalConfig, rollout: 'all-at-once' });

  expect(atOnce.resources.filter(({ type, logicalId }) => type.startsWith('AWS::CodeDeploy') || logicalId.startsWith('Rollout'))).toEqual(
    [],
  );
  const aliases = ({ ofType }: Synthesized) => ofType('AWS::Lambda::Alias').map(({ logicalId }) => logicalId);
  expect(aliases(atOnce)).toEqual(aliases(synthesized));
});
