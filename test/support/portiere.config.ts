/**
 * The deployment of the tests of the running system: the local one, with a member of staff for each file that needs one. Files share
 * a system, and whoever has registered and enrolled in one of them is not new in the next. Read by bin/portiere.ts, by the CDK's context.
 */
import local from '../../local/portiere.config.ts';

export const staffOf = {
  registration: 'staff@example.com',
  browser: 'ada@example.com',
  devices: 'bice@example.com',
  'second-factor-browser': 'clara@example.com',
  'owner-browser': 'dora@example.com',
  story: 'elsa@example.com',
  'lost-factor': ['mario@example.com', 'lucia@example.com'],
} as const;

export default { ...local, staff: Object.values(staffOf).flat() };
