import { createAuthorizer } from '../../local/iam/authorizer.ts';
import type { Authorizer, Decision, RequestContext } from '../../local/iam/model.ts';
import { account, accountKeyPolicy, arn, readTestAssembly, region, role, writeAssembly } from './services-fixture.ts';

const lambdaBasics = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';

interface Subject {
  authorizer: Authorizer;
  decide(role: string, action: string, target: string, context?: RequestContext): Promise<Decision>;
}

function subject(Resources: Record<string, unknown>): Subject {
  const assembly = readTestAssembly(writeAssembly({ Demo: { template: { Resources } } }));
  const authorizer = createAuthorizer(assembly);
  const arnOf = (logicalId: string) => {
    const resource = assembly.resources.find((candidate) => candidate.logicalId === logicalId);
    return resource === undefined ? logicalId : String(resource.attributes.Arn ?? resource.ref);
  };
  return {
    authorizer,
    decide: (who, action, target, context = {}) => authorizer.authorize(arnOf(who), { action, resource: arnOf(target), context }),
  };
}

const queue = { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'mail' } };

test('what no policy names is denied, in the words of AWS', async () => {
  const { decide } = subject({ Role: role({ Action: 'sqs:SendMessage', Resource: arn('Queue') }), Queue: queue });

  expect(await decide('Role', 'sqs:SendMessage', 'Queue')).toEqual({ allowed: true, reason: '' });
  const { allowed, reason } = await decide('Role', 'sqs:ReceiveMessage', 'Queue');
  expect(allowed).toBe(false);
  expect(reason).toMatch(
    /^User: arn:aws:sts::000000000000:assumed-role\/Demo-Role-\w+\/local is not authorized to perform: sqs:ReceiveMessage on resource: arn:aws:sqs:eu-south-1:000000000000:mail because no identity-based policy allows the sqs:ReceiveMessage action$/,
  );
});

test('policies of their own, managed policies and those of AWS count like inline ones', async () => {
  const document = (Action: string) => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: arn('Queue') }] });
  const bare = role();
  const { decide } = subject({
    Role: { ...bare, Properties: { ...bare.Properties, Policies: [], ManagedPolicyArns: [lambdaBasics, { Ref: 'Carried' }] } },
    Queue: queue,
    Attached: {
      Type: 'AWS::IAM::Policy',
      Properties: { PolicyName: 'attached', PolicyDocument: document('sqs:SendMessage'), Roles: [{ Ref: 'Role' }] },
    },
    Managed: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: document('sqs:DeleteMessage'), Roles: [{ Ref: 'Role' }] } },
    Carried: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: document('sqs:ReceiveMessage') } },
  });

  const decisions = await Promise.all([
    decide('Role', 'sqs:SendMessage', 'Queue'),
    decide('Role', 'sqs:DeleteMessage', 'Queue'),
    decide('Role', 'sqs:ReceiveMessage', 'Queue'),
    decide('Role', 'logs:CreateLogGroup', `arn:aws:logs:${region}:${account}:log-group:a`),
    decide('Role', 'sqs:GetQueueAttributes', 'Queue'),
  ]);

  expect(decisions.map(({ allowed }) => allowed)).toEqual([true, true, true, true, false]);
});

test('a managed policy whose content is not known is an error, never a silent yes or no', async () => {
  const bare = role();
  const { decide } = subject({
    Role: { ...bare, Properties: { ...bare.Properties, ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] } },
    Queue: queue,
  });

  await expect(decide('Role', 'sqs:SendMessage', 'Queue')).rejects.toThrow(
    'the content of the AWS managed policy arn:aws:iam::aws:policy/AdministratorAccess is not known',
  );
});

test("a queue's own policy may deny what the role allows", async () => {
  const deny = {
    Effect: 'Deny',
    Principal: '*',
    Action: 'sqs:SendMessage',
    Resource: arn('Queue'),
    Condition: { Bool: { 'aws:SecureTransport': 'true' } },
  };
  const { decide } = subject({
    Role: role({ Action: 'sqs:SendMessage', Resource: arn('Queue') }),
    Queue: queue,
    QueuePolicy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: { Queues: [{ Ref: 'Queue' }], PolicyDocument: { Version: '2012-10-17', Statement: [deny] } },
    },
  });

  const { allowed, reason } = await decide('Role', 'sqs:SendMessage', 'Queue');

  expect(allowed).toBe(false);
  expect(reason).toContain('with an explicit deny in a resource-based policy');
});

test('transport counts as encrypted, as the hop that this stands for is', async () => {
  const deny = {
    Effect: 'Deny',
    Principal: '*',
    Action: 'sqs:*',
    Resource: arn('Queue'),
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
  const { decide } = subject({
    Role: role({ Action: 'sqs:SendMessage', Resource: arn('Queue') }),
    Queue: queue,
    QueuePolicy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: { Queues: [{ Ref: 'Queue' }], PolicyDocument: { Version: '2012-10-17', Statement: [deny] } },
    },
  });

  expect((await decide('Role', 'sqs:SendMessage', 'Queue')).allowed).toBe(true);
});

test('a key must let the account delegate, or no role may use it', async () => {
  const closed = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'logs.amazonaws.com' }, Action: 'kms:*', Resource: '*' }],
  };
  const { decide } = subject({
    Role: role({ Action: 'kms:Decrypt', Resource: [arn('Open'), arn('Closed')] }),
    Open: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: accountKeyPolicy } },
    Closed: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: closed } },
  });

  expect((await decide('Role', 'kms:Decrypt', 'Open')).allowed).toBe(true);
  expect((await decide('Role', 'kms:Decrypt', 'Closed')).allowed).toBe(false);
});

test('conditions on the request decide each request, though decisions are kept', async () => {
  const { decide } = subject({
    Role: role({
      Action: 'ses:SendEmail',
      Resource: `arn:aws:ses:${region}:${account}:identity/a.example`,
      Condition: { StringEquals: { 'ses:FromAddress': 'no-reply@a.example' } },
    }),
  });
  const identity = `arn:aws:ses:${region}:${account}:identity/a.example`;

  const [first, other, again] = [
    await decide('Role', 'ses:SendEmail', identity, { 'ses:FromAddress': 'no-reply@a.example' }),
    await decide('Role', 'ses:SendEmail', identity, { 'ses:FromAddress': 'boss@a.example' }),
    await decide('Role', 'ses:SendEmail', identity, { 'ses:FromAddress': 'no-reply@a.example' }),
  ];

  expect([first, other, again].map(({ allowed }) => allowed)).toEqual([true, false, true]);
});

test('denials are remembered once each, latest first, with their number', async () => {
  const { decide, authorizer } = subject({ Role: role({ Action: 'sqs:SendMessage', Resource: arn('Queue') }), Queue: queue });
  await decide('Role', 'sqs:ReceiveMessage', 'Queue');
  await decide('Role', 'sqs:DeleteMessage', 'Queue');
  await decide('Role', 'sqs:ReceiveMessage', 'Queue');

  expect(authorizer.denials().map(({ action, count }) => [action, count])).toEqual([
    ['sqs:ReceiveMessage', 2],
    ['sqs:DeleteMessage', 1],
  ]);
});

test('a role that the assembly does not have is an error', async () => {
  const { authorizer } = subject({ Queue: queue });

  const asked = authorizer.authorize('arn:aws:iam::000000000000:role/nobody', {
    action: 'sqs:SendMessage',
    resource: 'arn:aws:sqs:a:b:c',
    context: {},
  });

  await expect(asked).rejects.toThrow('arn:aws:iam::000000000000:role/nobody is no role of this assembly');
});
