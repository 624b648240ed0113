/** What `npm run verify` does before it calls any tool: the copy for the emulator, the answers to findings, the table of steps. */
import { acknowledgements, holdAgainst } from '../../verify/acknowledgements.ts';
import { dropResources, forgetConditions, unscopeStatements } from '../../verify/emulated-assembly.ts';
import { runSteps } from '../../verify/steps.ts';
import { judgeWorkflows } from '../../verify/workflow-linter.ts';

describe('Answers to findings', () => {
  it.each(acknowledgements.map((answer) => [`${answer.rule} ${answer.resources.source}`, answer] as const))(
    '%s is narrow and has a reason',
    (_, answer) => {
      expect(answer.reason.length).toBeGreaterThanOrEqual(20);
      expect(answer.rule).toMatch(/^(CKV2?_AWS_\d+|[EW]\d{4})$/);
      // Every alternative begins with a stack and names a resource in it.
      for (const alternative of answer.resources.source.split(/\|(?=\^)/)) expect(alternative).toMatch(/^\^Portiere\w+\\\..{4,}/);
    },
  );

  it('leave open what nobody answered, and tell of answers that nobody needs any more', () => {
    const finding = { tool: 'checkov', rule: 'CKV_AWS_1', resource: 'PortiereData.Table', message: 'a finding' } as const;
    const answer = { tool: 'checkov', rule: 'CKV_AWS_2', resources: /^PortiereData\.Table/, reason: 'not needed any more at all' } as const;

    const verdict = holdAgainst([finding], [answer]);

    expect(verdict).toEqual({ open: [finding], stale: [answer] });
  });
});

describe('The copy for the emulator', () => {
  const types = { 'AWS::X::Unknown': { reason: 'the emulator lacks it', replacements: { Arn: (id: string) => `arn:${id}` } } };

  it('leaves out the resources of a listed type and replaces what refers to them', () => {
    const template = {
      Resources: {
        Gone: { Type: 'AWS::X::Unknown' },
        Kept: { Type: 'AWS::Y::Known', DependsOn: ['Gone'], Properties: { Target: { 'Fn::GetAtt': ['Gone', 'Arn'] } } },
      },
    };

    const { template: copy, droppedIds } = dropResources(template, types);

    expect(copy).toEqual({ Resources: { Kept: { Type: 'AWS::Y::Known', Properties: { Target: 'arn:Gone' } } } });
    expect(droppedIds).toEqual(new Map([['AWS::X::Unknown', ['Gone']]]));
  });

  it.each([
    ['Ref', { Ref: 'Gone' }],
    ['another attribute', { 'Fn::GetAtt': ['Gone', 'Id'] }],
    ['an attribute in one string', { 'Fn::GetAtt': 'Gone.Id' }],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own form.
    ['Fn::Sub', { 'Fn::Sub': 'x-${Gone.Arn}' }],
  ])('refuses a reference that it has no replacement for: %s', (_, reference) => {
    const template = { Resources: { Gone: { Type: 'AWS::X::Unknown' }, Kept: { Type: 'AWS::Y::Known', Properties: reference } } };

    expect(() => dropResources(template, types)).toThrow(/Gone/);
  });

  it('moves an alias at once where it leaves CodeDeploy out', () => {
    const UpdatePolicy = { CodeDeployLambdaAliasUpdate: { DeploymentGroupName: { Ref: 'Group' } } };
    const template = {
      Resources: { Group: { Type: 'AWS::CodeDeploy::DeploymentGroup' }, Live: { Type: 'AWS::Lambda::Alias', UpdatePolicy } },
    };

    const { template: copy } = dropResources(template, { 'AWS::CodeDeploy::DeploymentGroup': { reason: 'not known', replacements: {} } });

    expect(copy).toEqual({ Resources: { Live: { Type: 'AWS::Lambda::Alias' } } });
    expect(dropResources(template, {}).template).toEqual(template);
  });

  it('asks for the ARN of a secret in the spelling that both understand', () => {
    const template = { Resources: { Origin: { Type: 'AWS::SecretsManager::Secret' } }, Outputs: { Name: { Value: { Ref: 'Origin' } } } };

    const { template: copy } = dropResources(template, types);

    expect(copy.Outputs.Name.Value).toEqual({ 'Fn::GetAtt': ['Origin', 'Id'] });
  });

  it('loosens the statements of a listed action and no other', () => {
    const scoped = (action: string) => ({
      Effect: 'Allow',
      Action: action,
      Resource: 'arn:one',
      Condition: { StringEquals: { key: 'value' } },
    });

    const { template, found } = unscopeStatements([scoped('ses:SendEmail'), scoped('sqs:SendMessage')], ['ses:SendEmail']);

    expect(template).toEqual([{ Effect: 'Allow', Action: 'ses:SendEmail', Resource: '*' }, scoped('sqs:SendMessage')]);
    expect(found).toEqual(new Set(['ses:SendEmail']));
  });

  it('forgets the conditions on listed keys, where something is allowed, and no other', () => {
    const statement = (Effect: string) => ({
      Effect,
      Action: 'kms:Decrypt',
      Resource: 'arn:one',
      Condition: { StringEquals: { 'kms:EncryptionContext:purpose': 'totp', 'kms:ViaService': 'sqs' }, Null: { listed: 'false' } },
    });

    const { template, found } = forgetConditions([statement('Allow'), statement('Deny')], ['kms:EncryptionContext:purpose', 'listed']);

    expect(template[0]).toEqual({ ...statement('Allow'), Condition: { StringEquals: { 'kms:ViaService': 'sqs' } } });
    expect(template[1]).toEqual(statement('Deny'));
    expect(found).toEqual(new Set(['kms:EncryptionContext:purpose', 'listed']));
  });
});

describe('The steps', () => {
  it('that need a failed one fail too: nothing is skipped in silence', async () => {
    const lines: string[] = [];
    let hasRun = false;

    const isGreen = await runSteps(
      [
        { name: 'first', run: () => Promise.reject(new Error('it broke')) },
        {
          name: 'second',
          needs: ['first'],
          run: async () => {
            hasRun = true;
            return 'fine';
          },
        },
      ],
      (line) => lines.push(line),
    );

    expect(isGreen).toBe(false);
    expect(hasRun).toBe(false);
    expect(lines.join('\n')).toMatch(/first {2,}FAILED.*it broke\nsecond {2,}FAILED.*not run: needs "first"/);
    expect(lines.at(-1)).toContain('0 of 2 steps are green.');
  });
});

describe('The linter of workflows', () => {
  const finding = (severity: string) => ({
    ident: 'dangerous-triggers',
    desc: 'use of fundamentally insecure workflow trigger',
    determinations: { severity },
    locations: [{ symbolic: { key: { Local: { verbatim_path: '.github/workflows/check.yml' } } } }],
  });

  it.each(['Medium', 'High'])('[P23] [P28] fails at a finding of severity %s, and names it with its file', (severity) => {
    expect(() => judgeWorkflows(JSON.stringify([finding('Low'), finding(severity)]), '', 4)).toThrow(
      'dangerous-triggers .github/workflows/check.yml: use of fundamentally insecure workflow trigger',
    );
  });

  it('[P23] [P28] fails where a file is no workflow', () => {
    expect(() => judgeWorkflows('', 'failed to load broken.yml as workflow', 4)).toThrow(
      "can't read a workflow: failed to load broken.yml",
    );
  });

  it('passes remarks, and counts them', () => {
    expect(judgeWorkflows(JSON.stringify([finding('Low')]), '', 4)).toBe('4 workflows, nothing of medium or high severity, 1 remarks');
  });
});
