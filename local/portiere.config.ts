/** The deployment that `npm start` runs: read by bin/portiere.ts, like the configuration of any other deployment. */
export default {
  productName: 'Portiere',
  onCall: [{ sms: '+390200000000' }, { email: 'on-call@example.com' }],
  sender: 'no-reply@portiere.example',
  staff: ['staff@example.com'],
  passwordProfile: 'page',
  // Two shared cores hash for everybody here: the lowest cost that the security policy allows.
  policy: { bcryptCost: 10 },
  // No list is fetched to try things out, and viewers here come from loopback addresses, which nobody could block otherwise.
  // Never the one that everything on this machine calls from.
  blocklist: { feeds: [], blockableReserved: ['127.0.0.0/8'], allow: ['127.0.0.1/32'] },
  secondFactor: { rememberDevices: true },
};
