/** The local system with a feed and a dead-man's switch on loopback, and an address that nothing blocks. Read by bin/portiere.ts, by the CDK's context. */
import local from '../../local/portiere.config.ts';

export default {
  ...local,
  heartbeat: { url: process.env.TEST_SWITCH_URL },
  blocklist: {
    ...local.blocklist,
    feeds: [{ id: 'on-loopback', url: process.env.TEST_FEED_URL, format: 'spamhaus-drop' }],
    allow: ['127.77.0.9/32'],
  },
};
