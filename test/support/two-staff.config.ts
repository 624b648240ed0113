/** The local deployment with two members of staff, for what one alone must not be able to do. */
import local from '../../local/portiere.config.ts';

export default { ...local, staff: ['mario@example.com', 'lucia@example.com'] };
