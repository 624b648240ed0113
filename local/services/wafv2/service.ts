import { AwsError } from '../aws-error.ts';
import { createJsonService } from '../json-protocol.ts';
import type { Service } from '../service.ts';
import { getIpSet } from './get-ip-set.ts';
import type { IpSetStore } from './store.ts';
import { updateIpSet } from './update-ip-set.ts';

/** Of WAF, what changes while the system runs: the IP sets. The web ACL is the template's, see `local/edge/firewall.ts`. */
export function createWaf(store: IpSetStore): Service {
  return createJsonService(store.context, {
    signingName: 'wafv2',
    faultName: 'wafv2',
    version: '1.1',
    targetPrefix: 'AWSWAF_20190729',
    faults: {
      error: new AwsError('WAFInternalErrorException', 'Your request is valid, but AWS WAF could not perform the operation.', 500),
      throttle: new AwsError('ThrottlingException', 'Rate exceeded'),
    },
    actions: { GetIPSet: getIpSet, UpdateIPSet: updateIpSet },
    store,
  });
}
