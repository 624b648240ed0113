import type { CfnDistribution } from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, type HttpOriginProps } from 'aws-cdk-lib/aws-cloudfront-origins';

export interface ApiOriginProps extends HttpOriginProps {
  /** In ACM, us-east-1. */
  readonly clientCertificateArn?: string;
}

/** An HTTP origin to which CloudFront may show a certificate of its own: the CDK's class has no option for that yet. */
export class ApiOrigin extends HttpOrigin {
  readonly #clientCertificateArn: string | undefined;

  constructor(domainName: string, { clientCertificateArn, ...props }: ApiOriginProps) {
    super(domainName, props);
    this.#clientCertificateArn = clientCertificateArn;
  }

  protected override renderCustomOriginConfig(): CfnDistribution.CustomOriginConfigProperty | undefined {
    const config = super.renderCustomOriginConfig();
    if (!config || this.#clientCertificateArn === undefined) return config;
    return { ...config, originMtlsConfig: { clientCertificateArn: this.#clientCertificateArn } };
  }
}
