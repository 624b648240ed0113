/** The part of the configuration that says who is staff, and from where they may act. */
import * as z from 'zod';
import { normaliseEmail } from '../contract/email-address.ts';
import { rangesSchema, spellRange } from './blocklist-config.ts';

export interface StaffConfigInput {
  /** Addresses whose sessions are short and who may use the admin functions (P27). Keep it short. */
  readonly staff: readonly string[];
  /** Addresses and CIDR blocks from which staff may use them: your offices, your VPN. Default: from anywhere. */
  readonly staffNetworks?: readonly string[];
}

export interface StaffConfig {
  readonly staff: readonly string[];
  /** Empty: from anywhere. */
  readonly staffNetworks: readonly string[];
}

const fix = 'give an e-mail address, as in ada@example.com';

export const staffSchema = z.array(
  z.string({ error: fix }).refine((address) => normaliseEmail(address) !== undefined, fix),
  'give a list of the addresses of your staff; it may be empty',
);
// An empty list would shut everybody out, or let everybody in: whoever wrote it meant one of the two.
export const staffNetworksSchema = z.optional(
  rangesSchema.min(1, 'give at least one address or CIDR block, or leave it out: staff may then act from anywhere'),
);

export function staffOf({ staff, staffNetworks = [] }: StaffConfigInput): StaffConfig {
  return {
    staff: [...new Set(staff.flatMap((address) => normaliseEmail(address) ?? []))],
    staffNetworks: [...new Set(staffNetworks.map(spellRange))],
  };
}
