/** Policies that AWS itself manages, with the content that AWS publishes for them; only those that roles here may carry. */

const lambdaLogs = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];

const policies: Readonly<Record<string, unknown>> = {
  'service-role/AWSLambdaBasicExecutionRole': {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: lambdaLogs, Resource: '*' }],
  },
  'service-role/AWSLambdaSQSQueueExecutionRole': {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', ...lambdaLogs], Resource: '*' },
    ],
  },
  AWSXRayDaemonWriteAccess: {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'AWSXRayDaemonWriteAccess',
        Effect: 'Allow',
        Action: [
          'xray:PutTraceSegments',
          'xray:PutTelemetryRecords',
          'xray:GetSamplingRules',
          'xray:GetSamplingTargets',
          'xray:GetSamplingStatisticSummaries',
        ],
        Resource: ['*'],
      },
    ],
  },
};

/**
 * @param arn `arn:aws:iam::aws:policy/...`
 * @throws Error naming the policy when its content is not known here
 */
export function awsManagedPolicy(arn: string): unknown {
  const policy = policies[arn.slice(arn.indexOf(':policy/') + ':policy/'.length)];
  if (policy === undefined) throw new Error(`the content of the AWS managed policy ${arn} is not known to the local system`);
  return policy;
}
