/** An edge over a hand-made distribution: pages in a bucket, an API that records what reaches it, a firewall. */
import { compileDistribution } from '../../local/edge/distribution.ts';
import { createEdge } from '../../local/edge/edge.ts';
import { createFirewall } from '../../local/edge/firewall.ts';
import type { EdgeResponse, ViewerRequest } from '../../local/edge/wire.ts';
import type { GatewayRequest } from '../../local/gateway/event.ts';
import { sketchAssembly } from './runtime-assembly.ts';

const functionCode = `
function handler(event) {
  var request = event.request;
  if (request.uri === '/teapot') return { statusCode: 418, statusDescription: 'Teapot', headers: { 'x-from': { value: 'function' } }, body: 'short' };
  if (request.uri === '/throws') throw new Error('broken');
  if (request.uri === '/') request.uri = '/en/index.html';
  request.headers['x-viewer-origin'] = { value: 'https://' + event.context.distributionDomainName };
  return request;
}`;

const aclArn = 'arn:aws:wafv2:us-east-1:000000000000:global/webacl/acl/1';
const ipSetArn = 'arn:aws:wafv2:us-east-1:000000000000:global/ipset/blocked/1';

/**
 * @param folder of the web files
 * @param config takes the place of parts of the DistributionConfig
 */
export function buildEdge(folder: string, config: Record<string, unknown> = {}) {
  const association = { FunctionAssociations: [{ EventType: 'viewer-request', FunctionARN: 'arn:function' }] };
  const common = { ...association, ResponseHeadersPolicyId: 'headers', Compress: true };
  const assembly = sketchAssembly(
    [
      { logicalId: 'Web', type: 'AWS::S3::Bucket', ref: 'web-bucket', properties: {} },
      {
        logicalId: 'WebPolicy',
        type: 'AWS::S3::BucketPolicy',
        properties: {
          Bucket: 'web-bucket',
          PolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { Service: 'cloudfront.amazonaws.com' }, Action: 's3:GetObject' }] },
        },
      },
      {
        logicalId: 'Files',
        type: 'Custom::CDKBucketDeployment',
        properties: {
          SourceObjectKeys: ['web.zip'],
          DestinationBucketName: 'web-bucket',
          SystemMetadata: { 'cache-control': 'no-cache' },
          Exclude: ['*.bin'],
        },
      },
      {
        logicalId: 'Function',
        type: 'AWS::CloudFront::Function',
        attributes: { FunctionARN: 'arn:function' },
        properties: { FunctionCode: functionCode, FunctionConfig: { Runtime: 'cloudfront-js-2.0' } },
      },
      {
        logicalId: 'Headers',
        type: 'AWS::CloudFront::ResponseHeadersPolicy',
        ref: 'headers',
        properties: {
          ResponseHeadersPolicyConfig: {
            SecurityHeadersConfig: {
              StrictTransportSecurity: { AccessControlMaxAgeSec: 63072000, IncludeSubdomains: true, Preload: true, Override: true },
              ContentTypeOptions: { Override: true },
              FrameOptions: { FrameOption: 'DENY', Override: true },
            },
            CustomHeadersConfig: { Items: [{ Header: 'Permissions-Policy', Value: 'camera=()', Override: false }] },
            RemoveHeadersConfig: { Items: [{ Header: 'Server' }] },
          },
        },
      },
      {
        logicalId: 'Policy',
        type: 'AWS::CloudFront::OriginRequestPolicy',
        ref: 'origin-policy',
        properties: {
          OriginRequestPolicyConfig: {
            HeadersConfig: {
              HeaderBehavior: 'whitelist',
              Headers: ['Accept', 'CloudFront-Viewer-Address', 'x-viewer-origin', 'x-amzn-waf-kind', 'X-CSRF-Token'],
            },
            CookiesConfig: { CookieBehavior: 'whitelist', Cookies: ['session'] },
            QueryStringsConfig: { QueryStringBehavior: 'whitelist', QueryStrings: ['page'] },
          },
        },
      },
      {
        logicalId: 'Blocked',
        type: 'AWS::WAFv2::IPSet',
        attributes: { Arn: ipSetArn },
        properties: { Addresses: ['127.0.0.66/32'], IPAddressVersion: 'IPV4', Scope: 'CLOUDFRONT' },
      },
      {
        logicalId: 'Acl',
        type: 'AWS::WAFv2::WebACL',
        attributes: { Arn: aclArn },
        properties: {
          Name: 'acl',
          Scope: 'CLOUDFRONT',
          DefaultAction: { Allow: {} },
          VisibilityConfig: { CloudWatchMetricsEnabled: true, MetricName: 'acl', SampledRequestsEnabled: true },
          CustomResponseBodies: { blocked: { ContentType: 'APPLICATION_JSON', Content: '{"code":"blocked"}' } },
          Rules: [
            {
              Name: 'tell',
              Priority: 1,
              Action: {
                Count: {
                  CustomRequestHandling: {
                    InsertHeaders: [
                      { Name: 'kind', Value: 'told' },
                      { Name: 'unlisted', Value: 'told' },
                    ],
                  },
                },
              },
              Statement: {
                ByteMatchStatement: {
                  FieldToMatch: { UriPath: {} },
                  PositionalConstraint: 'STARTS_WITH',
                  SearchString: '/v1/told',
                  TextTransformations: [{ Priority: 0, Type: 'NONE' }],
                },
              },
              VisibilityConfig: { CloudWatchMetricsEnabled: true, MetricName: 'tell', SampledRequestsEnabled: true },
            },
            {
              Name: 'blocked-addresses',
              Priority: 0,
              Action: { Block: { CustomResponse: { ResponseCode: 403, CustomResponseBodyKey: 'blocked' } } },
              Statement: { IPSetReferenceStatement: { Arn: ipSetArn } },
              VisibilityConfig: { CloudWatchMetricsEnabled: true, MetricName: 'blocked', SampledRequestsEnabled: true },
            },
          ],
        },
      },
      {
        logicalId: 'Distribution',
        type: 'AWS::CloudFront::Distribution',
        ref: 'EDFDVBD6EXAMPLE',
        properties: {
          DistributionConfig: {
            WebACLId: aclArn,
            Origins: [
              { Id: 'web', DomainName: 'web-bucket.s3.eu-south-1.amazonaws.com' },
              {
                Id: 'api',
                DomainName: 'api1.execute-api.eu-south-1.amazonaws.com',
              },
            ],
            DefaultCacheBehavior: {
              ...common,
              TargetOriginId: 'web',
              ViewerProtocolPolicy: 'redirect-to-https',
              CachePolicyId: '658327ea-f89d-4fab-a63d-7e88639e58f6',
            },
            CacheBehaviors: [
              {
                ...common,
                PathPattern: '/v1/*',
                TargetOriginId: 'api',
                ViewerProtocolPolicy: 'https-only',
                AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
                CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
                OriginRequestPolicyId: 'origin-policy',
              },
            ],
            ...config,
          },
        },
      },
    ],
    { 'web.zip': folder },
  );
  const asked: GatewayRequest[] = [];
  const statuses: number[] = [];
  const distribution = compileDistribution(assembly.ofType('AWS::CloudFront::Distribution')[0] as never, {
    objects: { read: () => undefined },
    assembly,
    gateways: [
      {
        domainName: 'api1.execute-api.eu-south-1.amazonaws.com',
        handle: async (request) => {
          asked.push(request);
          const status = request.path === '/v1/missing' ? 404 : 200;
          return {
            status,
            headers: [
              ['content-type', 'application/json'],
              ['server', 'secret'],
              ['x-frame-options', 'SAMEORIGIN'],
            ],
            body: Buffer.from('{}'),
          };
        },
      },
    ],
    originHeaders: (originId) => (originId === 'api' ? [{ name: 'X-Origin-Secret', value: 'the secret' }] : []),
    log: () => {},
  });
  const ipSets = {
    list: () =>
      assembly
        .ofType('AWS::WAFv2::IPSet')
        .map(({ attributes, properties }) => ({ arn: String(attributes.Arn), addresses: properties.Addresses })),
    onChange: () => {},
  };
  const measured: string[] = [];
  const record = (...parts: string[]) => measured.push(parts.join(' '));
  const firewall = createFirewall(aclArn, assembly, ipSets, () => Date.UTC(2026, 0, 1), record);
  const edge = createEdge({
    distribution,
    firewall,
    isKnownHost: (host) => host === 'localhost:8443',
    secureHost: () => 'localhost:8443',
    record: (status) => statuses.push(status),
  });
  const send = (changes: Partial<ViewerRequest> = {}, body: Buffer | EdgeResponse = Buffer.alloc(0)) =>
    edge.handle(viewerRequest(changes), async () => body) as Promise<EdgeResponse>;
  return { send, asked, statuses, firewall, measured };
}

function viewerRequest(changes: Partial<ViewerRequest> = {}): ViewerRequest {
  return {
    method: 'GET',
    path: '/',
    query: '',
    headers: [['host', 'localhost:8443']],
    host: 'localhost:8443',
    address: '127.0.0.9',
    port: 50_123,
    httpVersion: '2.0',
    isSecure: true,
    hasBody: false,
    ...changes,
  };
}
