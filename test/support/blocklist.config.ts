/** The local system with a feed on loopback, and an address that nothing blocks. Read by bin/portiere.ts, by the CDK's context. */
import local from '../../local/portiere.config.ts';

export default {
  ...local,
  blocklist: {
    ...local.blocklist,
    feeds: [{ id: 'on-loopback', url: process.env.TEST_FEED_URL, format: 'spamhaus-drop' }],
    allow: ['127.77.0.9/32'],
  },
};
