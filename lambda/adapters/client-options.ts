/**
 * How every AWS client behaves: a stuck service must become a 503 well within the function's timeout, not a crash at
 * its end. Three attempts, one second to connect, two for an answer.
 */
export const clientOptions = {
  maxAttempts: 3,
  // Without `throwOnRequestTimeout` the handler only warns, and waits on.
  requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
};
