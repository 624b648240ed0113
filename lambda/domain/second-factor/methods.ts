/** Which second factors open an account, of those that it has. */
import type { SecondFactor } from '../ports.ts';
import { type FactorPolicy, isEnough, requirementFor } from '../required-factor.ts';
import { type FactorMethod, methodsOf } from '../sessions.ts';

/**
 * Where the deployment asks a person for a passkey, nothing less opens the account once there is one: whoever could fall
 * back to a code could be asked for it by a phisher. Until there is one, what there is must do, or nobody could enrol.
 */
export function acceptedMethods(policy: FactorPolicy, isStaff: boolean, factor: SecondFactor | undefined): FactorMethod[] {
  const methods = methodsOf(factor);
  const onlyPasskeys = requirementFor(policy, isStaff) === 'passkey' && isEnough(policy, isStaff, factor);
  return onlyPasskeys ? methods.filter((method) => method === 'passkey') : methods;
}
