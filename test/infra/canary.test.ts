import { securityPolicy } from '../../contract/security-policy.ts';
import { configWithDomain, minimalConfig, only, synthesize } from './synthesize.ts';

const functionOf = (synthesized: ReturnType<typeof synthesize>) => only(synthesized.ofType('AWS::Lambda::Function'), 'CanaryFunction');

test('[P01] the canary runs every minute, behind the distribution, and is told the public address alone', () => {
  const synthesized = synthesize(minimalConfig);
  const { stack, properties } = functionOf(synthesized);

  expect(stack).toBe('PortiereEdge');
  expect(only(synthesized.ofType('AWS::Events::Rule'), 'CanarySchedule').properties).toMatchObject({
    ScheduleExpression: 'rate(1 minute)',
  });
  expect(properties.Environment.Variables.SITE_ORIGIN).toEqual({
    'Fn::Join': [
      '',
      [
        'https://',
        {
          'Fn::GetAtt': [
            only(synthesized.ofType('AWS::CloudFront::Distribution').filter((one) => one.stack === 'PortiereEdge')).logicalId,
            'DomainName',
          ],
        },
      ],
    ],
  });
});

test('[P01] with a domain it goes where customers go', () => {
  const { properties } = functionOf(synthesize(configWithDomain));

  expect(properties.Environment.Variables.SITE_ORIGIN).toBe('https://id.example.com');
});

test('[P03] both tries of the canary and the pause between them end before its time does, and its time before the next run', () => {
  const { requestTimeoutSeconds, retryAfterMilliseconds, functionTimeoutSeconds, runEverySeconds } = securityPolicy.canary;
  // The longest way: signing in, the code, the session, signing out.
  const longest = 2 * 4 * requestTimeoutSeconds + retryAfterMilliseconds / 1000;

  expect(longest).toBeLessThan(functionTimeoutSeconds);
  expect(functionTimeoutSeconds).toBeLessThan(runEverySeconds);
});
