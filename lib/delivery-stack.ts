import { CfnOutput, DefaultStackSynthesizer, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnOIDCProvider, PolicyDocument, PolicyStatement, Role, WebIdentityPrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledgements.ts';
import type { DeliveryConfig } from './delivery-config.ts';

export interface DeliveryStackProps extends StackProps {
  readonly delivery: DeliveryConfig;
  /** Of every stack of this deployment. */
  readonly regions: readonly string[];
}

const issuer = 'token.actions.githubusercontent.com';

/** The roles of `cdk bootstrap` that a deployment needs. The one that CloudFormation itself uses is passed by them, not assumed. */
const bootstrapRoles = ['deploy-role', 'file-publishing-role', 'lookup-role'] as const;

/**
 * Who may deploy without a key of their own (P28): a workflow of one repository, run for one of its environments. GitHub
 * tells AWS by a signed token which one it is; whatever has to happen before (review, checks, approval) is what the
 * repository asks before it lets a run have that environment. `scripts/repository-protection.ts` looks whether it does.
 */
export class DeliveryStack extends Stack {
  constructor(scope: Construct, id: string, { delivery, regions, ...props }: DeliveryStackProps) {
    super(scope, id, { ...props, description: 'Portiere: the role that a reviewed workflow deploys with' });
    const { repository, environment } = delivery;
    const role = new Role(this, 'Deployer', {
      roleName: 'portiere-deployer',
      description: `Deploys Portiere, from the environment ${environment} of ${repository} only`,
      assumedBy: new WebIdentityPrincipal(this.providerArn(delivery), {
        // The exact subject: a pattern here is how other people's repositories and branches get in.
        StringEquals: { [`${issuer}:aud`]: 'sts.amazonaws.com', [`${issuer}:sub`]: `repo:${repository}:environment:${environment}` },
      }),
      maxSessionDuration: Duration.hours(1),
      inlinePolicies: {
        AssumeBootstrapRoles: new PolicyDocument({
          statements: [new PolicyStatement({ actions: ['sts:AssumeRole'], resources: this.bootstrapRoleArns(regions) })],
        }),
      },
    });
    acknowledge(role, {
      'NIST.800.53.R5-IAMNoInlinePolicy': 'The statement names the bootstrap roles of this deployment alone, and goes when the role goes',
    });
    new CfnOutput(this, 'DeployerArn', {
      value: role.roleArn,
      description: 'The variable AWS_DEPLOYER of the environment in the repository',
    });
  }

  private providerArn({ providerExists }: DeliveryConfig): string {
    if (providerExists) return `arn:${this.partition}:iam::${this.account}:oidc-provider/${issuer}`;
    // Without thumbprints: AWS trusts this issuer by its own list of authorities.
    return new CfnOIDCProvider(this, 'GitHub', { url: `https://${issuer}`, clientIdList: ['sts.amazonaws.com'] }).attrArn;
  }

  private bootstrapRoleArns(regions: readonly string[]): string[] {
    const qualifier: unknown = this.node.tryGetContext('@aws-cdk/core:bootstrapQualifier');
    const name = typeof qualifier === 'string' ? qualifier : DefaultStackSynthesizer.DEFAULT_QUALIFIER;
    return [...new Set(regions)].flatMap((region) =>
      bootstrapRoles.map((role) => `arn:${this.partition}:iam::${this.account}:role/cdk-${name}-${role}-${this.account}-${region}`),
    );
  }
}
