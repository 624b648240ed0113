/** CloudFront: REST with XML. GetDistribution and UpdateDistribution; what is updated holds from the next request on. */
import { AwsError } from '../aws-error.ts';
import { requireAccess, type Service, type ServiceAnswer, unknownAction } from '../service.ts';
import { readUpdate, renderDistribution } from './document.ts';
import type { DistributionStore, LocalDistribution } from './store.ts';

const path = /^\/2020-05-31\/distribution\/([A-Z0-9]+)(\/config)?$/;

export function createCloudFront(store: DistributionStore): Service {
  const describe = (distribution: LocalDistribution): ServiceAnswer => {
    const { etag, origins } = store.content(distribution);
    const body = renderDistribution({ distribution, domainName: store.domainName(distribution), origins });
    return { status: 200, headers: { 'content-type': 'text/xml', etag }, body };
  };

  return {
    signingName: 'cloudfront',
    faultName: 'cloudfront',
    async handle({ method, path: requested, headers, body, roleArn }) {
      const [, id, config] = path.exec(requested) ?? [];
      const isUpdate = method === 'PUT' && config !== undefined;
      if (id === undefined || !(isUpdate || (method === 'GET' && config === undefined))) {
        throw unknownAction(store.context.log, 'cloudfront', `${method} ${requested}`);
      }
      const distribution = store.find(id);
      await requireAccess(store.context, roleArn, `cloudfront:${isUpdate ? 'Update' : 'Get'}Distribution`, distribution.arn);
      if (!isUpdate) return describe(distribution);
      const match = headers['if-match'];
      if (match === undefined)
        throw new AwsError('InvalidIfMatchVersion', 'The If-Match version is missing or not valid for the resource.');
      const { origins } = store.content(distribution);
      store.update(distribution, match, readUpdate(body.toString('utf8'), distribution, origins));
      return describe(distribution);
    },
    render: ({ code, message, status }) => ({
      status: code === 'AccessDeniedException' ? 403 : status,
      headers: { 'content-type': 'text/xml' },
      body: `<?xml version="1.0"?>\n<ErrorResponse xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Error><Type>Sender</Type><Code>${code.replace(/Exception$/, '')}</Code><Message>${message.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</Message></Error></ErrorResponse>`,
    }),
    fault: (mode) =>
      mode === 'error'
        ? new AwsError('ServiceUnavailable', 'CloudFront is temporarily unable to handle the request.', 503)
        : new AwsError('Throttling', 'Rate exceeded', 400),
  };
}
