/** The part of the configuration by which the edge shows the API a certificate, beside the origin secret. */
import * as z from 'zod';

export interface OriginMutualTlsInput {
  /** The edge's client certificate in ACM, us-east-1, imported: for the use `TLS Web Client Authentication`. */
  readonly clientCertificateArn: string;
  /**
   * The certificates of the authorities that the API takes clients from, as PEM in S3. Leave it out in a first deployment: until the edge
   * shows its certificate, an API that asks for one refuses everybody.
   */
  readonly truststore?: {
    /** `s3://BUCKET/KEY`, in the region of the deployment. */
    readonly uri: string;
    /** Of the object, in a bucket with versions; the newest if absent. */
    readonly version?: string;
  };
}

export interface OriginMutualTls {
  readonly clientCertificateArn: string;
  readonly truststore?: { readonly bucket: string; readonly key: string; readonly version?: string };
}

const objectFix = 'give { clientCertificateArn, truststore? }, or leave it out';
const arnFix =
  'give the ARN of a certificate in us-east-1, as in arn:aws:acm:us-east-1:123456789012:certificate/...: CloudFront takes no other';
const uriFix = 'give where the truststore lies in S3, as in s3://my-truststores/edge.pem';
const versionFix = 'give the id of a version of the object, or leave it out for the newest';
const uri = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/(.{1,1024})$/;

const strictly = <Shape extends z.core.$ZodLooseShape>(shape: Shape, fix: string) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? `remove it or correct its spelling; known here: ${Object.keys(shape).join(', ')}` : fix,
  });

export const originMutualTlsSchema = strictly(
  {
    clientCertificateArn: z.string(arnFix).regex(/^arn:aws:acm:us-east-1:\d{12}:certificate\/[\w-]{1,100}$/, arnFix),
    truststore: z.optional(
      strictly(
        { uri: z.string(uriFix).regex(uri, uriFix), version: z.optional(z.string(versionFix).min(1, versionFix).max(1024, versionFix)) },
        'give { uri, version? }, or leave it out until the edge shows its certificate',
      ),
    ),
  },
  objectFix,
);

export function originMutualTlsOf({ clientCertificateArn, truststore }: z.infer<typeof originMutualTlsSchema>): OriginMutualTls {
  if (!truststore) return { clientCertificateArn };
  const [, bucket = '', key = ''] = uri.exec(truststore.uri) ?? [];
  const { version } = truststore;
  return { clientCertificateArn, truststore: { bucket, key, ...(version === undefined ? {} : { version }) } };
}
