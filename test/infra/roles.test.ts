import { type FunctionId, type FunctionPrivileges, privileges } from '../../contract/privileges.ts';
import { tables } from '../../contract/tables.ts';
import { minimalConfig, only, type Properties, type Synthesized, synthesize, type TemplateResource, without } from './synthesize.ts';

let synthesized: Synthesized;
beforeAll(() => {
  synthesized = synthesize(minimalConfig);
});

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: Properties;
  readonly Condition?: Properties;
}

const functionIds = Object.keys(privileges) as FunctionId[];
const list = <Element>(value: Element | Element[]): Element[] => (Array.isArray(value) ? value : [value]);
const actionsOf = (statements: readonly Statement[]) => statements.flatMap(({ Action }) => list(Action));

function roleOf(functionId: FunctionId): TemplateResource {
  const lambda = only(synthesized.ofType('AWS::Lambda::Function'), `${pascal(functionId)}Function`);
  const logicalId = lambda.properties.Role['Fn::GetAtt'][0];
  return only(synthesized.resources.filter((resource) => resource.logicalId === logicalId));
}

function aliasOf(functionId: FunctionId): TemplateResource {
  return only(synthesized.ofType('AWS::Lambda::Alias'), pascal(functionId));
}

function statementsOf(role: TemplateResource): Statement[] {
  return (role.properties.Policies ?? []).flatMap((policy: Properties) => policy.PolicyDocument.Statement);
}

const capital = (id: string) => id.charAt(0).toUpperCase() + id.slice(1);
const pascal = (id: string) => id.split('-').map(capital).join('');
const constant = (id: string) => id.toUpperCase().replaceAll('-', '_');
/** Statements about a resource, recognised by its construct id in references and exports. */
const about = (statements: readonly Statement[], name: string) =>
  statements.filter(({ Resource }) => JSON.stringify(Resource).includes(name));

describe('roles', () => {
  test('[P12] only `password` may read hashes or compute with the pepper: neither session, second-factor, public nor mailer can', () => {
    for (const functionId of functionIds.filter((id) => id !== 'password')) {
      const statements = statementsOf(roleOf(functionId));

      const hashes = about(statements, 'CredentialsTable');
      expect(hashes.every(({ Condition }) => readsOnly(Condition, withoutHash))).toBe(true);
      expect(actionsOf(about(statements, 'Pepper')).filter((action) => action !== 'kms:DescribeKey')).toEqual([]);
      expect(actionsOf(statements).filter((action) => /Mac|Scan|Batch|PartiQL/.test(action))).toEqual([]);
    }
    expect(actionsOf(about(statementsOf(roleOf('password')), 'Pepper'))).toEqual(['kms:GenerateMac']);
  });

  test('[P12] the session function reaches no credentials, no pepper, no identity or device secret and no queue', () => {
    const text = JSON.stringify(statementsOf(roleOf('session')));

    expect(text).not.toMatch(/CredentialsTable|Pepper|IdentitySecret|DeviceSecret|sqs:|ses:/);
  });

  test('[P12] the function that reads seeds reaches no credentials, no pepper, no attempts and no identity secret', () => {
    const text = JSON.stringify(statementsOf(roleOf('second-factor')));

    expect(text).not.toMatch(/CredentialsTable|Pepper|AttemptsTable|IdentitySecret/);
  });

  test('[P14] only `second-factor` reaches seeds and their key, and with `passkey` alone the key of recovery codes: the function that reads hashes does not', () => {
    for (const functionId of functionIds.filter((id) => id !== 'second-factor')) {
      const text = JSON.stringify(statementsOf(roleOf(functionId)).filter((statement) => !isLook(statement)));

      // `privacy` deletes what is sealed, and has no key to it.
      expect(text).not.toMatch(functionId === 'privacy' ? /SeedsKey|dynamodb:(Get|Put|Update)Item[^}]*SeedsTable/ : /SeedsTable|SeedsKey/);
      expect([functionId, /RecoverySecret/.test(text)]).toEqual([functionId, functionId === 'passkey']);
    }
  });

  test('[P14] seeds are sealed and opened only for an account and the purpose totp, and nothing else can be added to that', () => {
    const statements = about(statementsOf(roleOf('second-factor')), 'SeedsKey');

    expect(statements).toEqual([
      expect.objectContaining({
        Effect: 'Allow',
        Action: ['kms:Decrypt', 'kms:Encrypt'],
        Condition: {
          StringEquals: { 'kms:EncryptionContext:purpose': 'totp' },
          'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['accountId', 'purpose'] },
          'ForAnyValue:StringEquals': { 'kms:EncryptionContextKeys': ['accountId'] },
        },
      }),
    ]);
  });

  test('[P14] a function may call no other than its row says: the alias of `password`, by which nothing but its answer comes out', () => {
    for (const functionId of functionIds) {
      const { invokes = [] }: FunctionPrivileges = privileges[functionId];
      const calls = statementsOf(roleOf(functionId)).filter(({ Action }) => list(Action).some((action) => action.startsWith('lambda:')));

      expect(calls.map(({ Action, Resource }) => ({ Action, Resource }))).toEqual(
        invokes.map((invoked) => ({ Action: 'lambda:InvokeFunction', Resource: { Ref: aliasOf(invoked).logicalId } })),
      );
    }
  });

  test('[P12] [P14] staff’s function reaches no hash, pepper, seed, key of recovery codes, device secret or token, and deletes nothing', () => {
    const statements = statementsOf(roleOf('admin'));

    expect(JSON.stringify(statements)).not.toMatch(
      /CredentialsTable|Pepper|SeedsTable|SeedsKey|RecoverySecret|DeviceSecret|CeremonySecret|TokensTable|RegistrationsTable|ses:|DeleteItem/,
    );
    expect(actionsOf(about(statements, 'AccountsTable'))).toEqual(['dynamodb:GetItem', 'dynamodb:UpdateItem']);
    expect(actionsOf(about(statements, 'AttemptsTable'))).toEqual(['dynamodb:GetItem', 'dynamodb:PutItem']);
    // The second reads the index of what staff and operators did.
    expect(actionsOf(about(statements, 'EventsTable'))).toEqual(['dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:Query']);
    expect(
      actionsOf(statements)
        .filter((action) => !/^(logs|dynamodb):/.test(action))
        .sort(),
    ).toEqual([
      'kms:Decrypt',
      'kms:GenerateDataKey',
      'lambda:InvokeFunction',
      'secretsmanager:GetSecretValue',
      // Mails, and what `blocklist` is asked for.
      'sqs:SendMessage',
      'sqs:SendMessage',
    ]);
    const [blocks] = about(statements, 'IpBlocksTable');
    expect(actionsOf(about(statements, 'IpBlocksTable'))).toEqual(['dynamodb:Query']);
    expect(blocks?.Condition?.['ForAllValues:StringEquals']['dynamodb:Attributes']).not.toContain('copy');
  });

  test.each(functionIds)('%s holds exactly what its row of privileges.ts says', (functionId) => {
    const row: FunctionPrivileges = privileges[functionId];
    const statements = statementsOf(roleOf(functionId));

    for (const [tableId] of Object.entries(tables)) {
      const granted = row.tables.filter(({ table }) => table === tableId).flatMap(({ actions }) => actions);
      const name = `${pascal(tableId)}Table`;
      expect(actionsOf(about(statements, name)).sort()).toEqual(granted.map((action) => `dynamodb:${action}`).sort());
    }
    expect(actionsOf(statements).filter((action) => action === 'ses:SendEmail')).toHaveLength(row.sendsMail ? 1 : 0);
    expect(actionsOf(statements).includes('sqs:SendMessage')).toBe((row.sendsTo ?? []).length > 0);
    expect(actionsOf(statements).includes('sqs:ReceiveMessage')).toBe((row.consumes ?? []).length > 0);
  });

  test('[P16] the function that changes the origin secret reaches that one secret and that one distribution, and nothing else', () => {
    const statements = statementsOf(roleOf('rotation'));
    const [secret, ...others] = about(statements, 'Secret').filter(
      ({ Action }) => !list(Action).some((action) => action.startsWith('kms:')),
    );
    const distribution = only(without('PortiereStatus', synthesized).ofType('AWS::CloudFront::Distribution'));

    expect(others).toEqual([]);
    expect(JSON.stringify(secret?.Resource)).toContain('OriginSecret');
    expect(
      actionsOf(statements)
        .filter((action) => !/^(logs|kms):/.test(action))
        .sort(),
    ).toEqual([
      'cloudfront:GetDistribution',
      'cloudfront:UpdateDistribution',
      'secretsmanager:DescribeSecret',
      'secretsmanager:GetSecretValue',
      'secretsmanager:PutSecretValue',
      'secretsmanager:UpdateSecretVersionStage',
    ]);
    expect(about(statements, distribution.logicalId)).toEqual([
      expect.objectContaining({
        Action: ['cloudfront:GetDistribution', 'cloudfront:UpdateDistribution'],
        Resource: {
          'Fn::Join': ['', ['arn:aws:cloudfront::', { Ref: 'AWS::AccountId' }, ':distribution/', { Ref: distribution.logicalId }]],
        },
      }),
    ]);
  });

  test('[P16] nobody else may change the origin secret or the distribution', () => {
    for (const functionId of functionIds.filter((id) => id !== 'rotation')) {
      const changing = actionsOf(statementsOf(roleOf(functionId))).filter((action) =>
        /^(cloudfront:|secretsmanager:(?!GetSecretValue))/.test(action),
      );

      // What the canary remembers is its own: the next test holds it to that.
      expect([functionId, changing]).toEqual([functionId, functionId === 'canary' ? ['secretsmanager:PutSecretValue'] : []]);
    }
  });

  test('[P01] the canary reaches its own secret and its own mail: no table, no key but through those, no other function', () => {
    const statements = statementsOf(roleOf('canary'));
    const own = statements.filter(({ Action }) => !list(Action).some((action) => /^(logs|kms):/.test(action)));

    expect(actionsOf(own).sort()).toEqual([
      'secretsmanager:GetSecretValue',
      'secretsmanager:PutSecretValue',
      'sqs:ChangeMessageVisibility',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'sqs:ReceiveMessage',
    ]);
    expect(about(own, 'CanarySecret')).toHaveLength(1);
    expect(about(own, 'CanaryMailQueue')).toHaveLength(1);
    for (const { Action, Condition } of statements.filter((statement) =>
      list(statement.Action).some((action) => action.startsWith('kms:')),
    )) {
      const services = list(Condition.StringEquals['kms:ViaService']).map((service) => JSON.stringify(service));
      expect([list(Action), services.every((service) => /secretsmanager|sqs/.test(service))]).toEqual([list(Action), true]);
    }
  });

  test('no role allows a wildcard action, and no resource is a wildcard but objects of the web buckets and of the archive, and the counts of CloudWatch, which have no name', () => {
    for (const role of synthesized.ofType('AWS::IAM::Role')) {
      for (const statement of statementsOf(role)) {
        expect(actionsOf([statement]).filter((action) => action.includes('*'))).toEqual([]);
        const wildcards = list(statement.Resource).filter((resource) => JSON.stringify(resource).includes('*'));
        expect(
          wildcards.every(
            (resource) =>
              (resource === '*' && actionsOf([statement]).join() === 'cloudwatch:GetMetricData') ||
              (/AuditArchive.*\/(blocks|checkpoints)\/\*/.test(JSON.stringify(resource)) &&
                actionsOf([statement]).sort().join() === 's3:GetObject,s3:PutObject') ||
              (JSON.stringify(resource).includes('WebFilesBucket') && actionsOf([statement]).every((action) => action === 's3:PutObject')),
          ),
        ).toBe(true);
      }
    }
  });

  test('no role takes managed policies but the one that CodeDeploy assumes, and no policy exists apart from its role', () => {
    const managed = synthesized.ofType('AWS::IAM::Role').filter(({ properties }) => properties.ManagedPolicyArns);

    expect(managed.map(({ properties }) => properties.AssumeRolePolicyDocument.Statement[0].Principal)).toEqual([
      { Service: 'codedeploy.amazonaws.com' },
    ]);
    const policies = managed.flatMap(({ properties }) => properties.ManagedPolicyArns);
    expect(policies).toHaveLength(1);
    expect(JSON.stringify(policies)).toContain(':iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited"');
    expect(synthesized.ofType('AWS::IAM::Policy')).toEqual([]);
    expect(synthesized.ofType('AWS::IAM::ManagedPolicy')).toEqual([]);
  });

  test('each function has a role of its own, which only Lambda can assume', () => {
    const roles = functionIds.map(roleOf);

    expect(new Set(roles.map(({ logicalId }) => logicalId)).size).toBe(functionIds.length);
    for (const { properties } of roles) {
      expect(properties.AssumeRolePolicyDocument.Statement).toEqual([
        expect.objectContaining({ Principal: { Service: 'lambda.amazonaws.com' } }),
      ]);
    }
  });

  test('the data key serves functions only through the services that store for them', () => {
    for (const functionId of functionIds) {
      const statements = about(statementsOf(roleOf(functionId)), 'DataKey').filter((statement) => !isLook(statement));

      for (const { Condition } of statements) {
        const services: string[] = list(Condition.StringEquals['kms:ViaService']);
        expect(services.length).toBeGreaterThan(0);
        expect(services.every((service) => /^(dynamodb|secretsmanager|sqs|sns|s3)\.eu-south-1\.amazonaws\.com$/.test(service))).toBe(true);
      }
    }
  });

  test('[P02] only `rotation` looks at the state of all three keys, and may do nothing with any of them', () => {
    for (const functionId of functionIds) {
      const looks = statementsOf(roleOf(functionId)).filter(isLook);
      const uses = statementsOf(roleOf(functionId)).filter(({ Action }) => /GenerateMac|Encrypt/.test(JSON.stringify(Action)));

      expect(looks.length).toBe(functionId === 'rotation' ? 1 : 0);
      if (functionId !== 'rotation') continue;
      expect(looks[0]?.Action).toBe('kms:DescribeKey');
      expect(['DataKey', 'Pepper', 'SeedsKey'].map((key) => about(looks, key).length)).toEqual([1, 1, 1]);
      expect(uses).toEqual([]);
    }
  });

  test('the mailer sends as the configured sender alone', () => {
    const [statement] = statementsOf(roleOf('mailer')).filter(({ Action }) => list(Action).includes('ses:SendEmail'));

    expect(statement?.Condition).toEqual({ StringEquals: { 'ses:FromAddress': 'no-reply@example.com' } });
  });

  test('[P03] only `pager` may publish to a topic, and to that of the phones alone', () => {
    for (const functionId of functionIds) {
      const publishing = statementsOf(roleOf(functionId)).filter(({ Action }) => list(Action).some((action) => action.startsWith('sns:')));

      expect(publishing.map(({ Action, Resource }) => ({ Action, Resource }))).toEqual(
        functionId === 'pager' ? [{ Action: 'sns:Publish', Resource: { Ref: expect.stringMatching(/^PagesPhones/) } }] : [],
      );
    }
  });

  test('[P29] the function that strangers reach seals reports and can’t open them: of what is sealed it reads the conversation alone', () => {
    const statements = about(statementsOf(roleOf('intake')), 'ReportsKey');
    const purposeOf = ({ Condition }: (typeof statements)[number]) => Condition?.StringEquals['kms:EncryptionContext:purpose'];

    expect(statements.map((statement) => [purposeOf(statement), list(statement.Action)])).toEqual([
      ['report', ['kms:Encrypt']],
      ['conversation', ['kms:Decrypt', 'kms:Encrypt']],
    ]);
    for (const { Condition } of statements) {
      expect(Condition?.['ForAllValues:StringEquals']).toEqual({ 'kms:EncryptionContextKeys': ['reportId', 'purpose'] });
    }
    expect(JSON.stringify(statementsOf(roleOf('intake')))).not.toMatch(/AccountsTable|CredentialsTable|EventsTable|DeleteItem|ses:/);
  });

  test('[P27] [P29] staff’s function of reports opens them, deletes nothing, and of accounts reaches the sessions alone', () => {
    const statements = statementsOf(roleOf('triage'));

    expect(about(statements, 'ReportsKey').map(({ Action }) => list(Action))).toEqual([['kms:Decrypt'], ['kms:Decrypt']]);
    expect(JSON.stringify(statements)).not.toMatch(/CredentialsTable|SeedsTable|TokensTable|IdentitySecret|TrackingSecret|DeleteItem|ses:/);
    for (const functionId of functionIds.filter((id) => !['intake', 'triage', 'handover'].includes(id))) {
      // `privacy` deletes what was closed long ago, and has no key to it.
      const reached =
        functionId === 'privacy' ? /ReportsKey|dynamodb:(Get|Put)Item[^}]*VulnerabilityReportsTable/ : /VulnerabilityReportsTable/;
      const text = JSON.stringify(statementsOf(roleOf(functionId)));
      expect(text).not.toMatch(reached);
      expect(text).not.toMatch(/kms:EncryptionContext:purpose":"(?:report|conversation)"/);
    }
  });

  test('[P22] the function that keeps security.txt writes that one file in both buckets, and reads nothing', () => {
    const statements = statementsOf(roleOf('disclosure')).filter(({ Sid }) => Sid !== 'OwnLogs');

    expect(statements.map(({ Sid, Action }) => [Sid, list(Action)])).toEqual([
      ['WriteSecurityTxt', ['s3:PutObject']],
      ['StatusFilesKey', ['kms:Decrypt', 'kms:GenerateDataKey']],
    ]);
    const resources = list(statements[0]?.Resource).map((resource) => JSON.stringify(resource));
    expect(resources.map((resource) => /\/\.well-known\/security\.txt"/.test(resource))).toEqual([true, true]);
  });

  test('the function that asks `password` is told its alias', () => {
    const { properties } = only(synthesized.ofType('AWS::Lambda::Function'), 'SecondFactorFunction');

    expect(properties.Environment.Variables.FUNCTION_PASSWORD).toEqual({ Ref: aliasOf('password').logicalId });
  });

  test('a function is told the names of its own resources only', () => {
    for (const functionId of functionIds) {
      const row: FunctionPrivileges = privileges[functionId];
      const variables = Object.keys(
        only(synthesized.ofType('AWS::Lambda::Function'), `${pascal(functionId)}Function`).properties.Environment.Variables,
      );

      const expected = [
        'PORTIERE_SETTINGS',
        ...new Set(row.tables.map(({ table }) => `TABLE_${constant(table)}`)),
        ...new Set((row.keys ?? []).map(({ key }) => `KEY_${constant(key)}`)),
        ...(row.secrets ?? []).map((secret) => `SECRET_${constant(secret)}`),
        ...[...new Set([...(row.sendsTo ?? []), ...(row.consumes ?? [])])].map((queue) => `QUEUE_${constant(queue)}`),
        ...(row.invokes ?? []).map((invoked) => `FUNCTION_${constant(invoked)}`),
        ...(row.knowsAllowList ? ['PORTIERE_BLOCKLIST'] : []),
        ...(row.sendsMail ? ['MAIL_CONFIGURATION_SET'] : []),
        ...(row.keeps ? [`SECRET_${constant(row.keeps)}`] : []),
        ...(row.visitsSite ? ['SITE_ORIGIN'] : []),
        ...(row.rotates ? [`SECRET_${constant(row.rotates)}`, 'DISTRIBUTION_SITE'] : []),
        ...(row.looksAfterKeys ? ['KEY_AUDIT', 'KEY_DATA', 'KEY_PEPPER', 'KEY_SEEDS', 'KEY_REPORTS'] : []),
        ...(row.publishesStatus ? ['PORTIERE_STATUS'] : []),
        ...(row.knowsStatusPage ? ['PORTIERE_STATUS_PAGE'] : []),
        ...(row.writesToPhones ? ['PORTIERE_PAGING'] : []),
        ...(row.writesIpSets ? ['IP_SET_IPV4', 'IP_SET_IPV6', 'PORTIERE_BLOCKLIST'] : []),
        ...(row.archivesTrail ? ['BUCKET_AUDIT_ARCHIVE'] : []),
        ...(row.hearsAlarms ? ['PORTIERE_ALARM_TOPICS'] : []),
        ...(row.knowsDisclosure ? ['PORTIERE_DISCLOSURE'] : []),
        ...(row.publishesSecurityTxt ? ['PORTIERE_SECURITY_TXT'] : []),
      ];
      expect(variables.sort()).toEqual(expected.sort());
    }
  });
});

/** At a key's state, which tells nothing of what it has sealed. */
function isLook({ Sid, Action }: Properties): boolean {
  return Sid === 'KeyStates' && Action === 'kms:DescribeKey';
}

/** What the mailer may read of credentials. */
const withoutHash = ['emailKey', 'accountId', 'locale', 'credentialVersion', 'status', 'reservedUntil'];

function readsOnly(condition: Properties, attributes: string[]): boolean {
  const named: string[] = condition?.['ForAllValues:StringEquals']?.['dynamodb:Attributes'] ?? [];
  return (
    named.length > 0 &&
    named.every((name) => attributes.includes(name)) &&
    condition.StringEquals?.['dynamodb:Select'] === 'SPECIFIC_ATTRIBUTES'
  );
}
