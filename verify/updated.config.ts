import { defineConfig } from '../lib/config.ts';
import config from './portiere.config.ts';

/** The same deployment after an operator changed a setting: the update that verification deploys over the first. */
export default defineConfig({ ...config, passwordProfile: 'strict' });
