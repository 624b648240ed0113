/**
 * How a new version of a function takes over, and what makes it give back. The alarms here are read by CodeDeploy during a
 * roll-out and wake nobody: whoever deploys sees the roll-back, and what callers suffer rings by `alarms.ts`.
 */
export const rollout = {
  /** This share of the calls goes to the new version for so long; then all of them. */
  canary: { percent: 10, minutes: 5 },
  alarms: {
    /**
     * Crashes and timeouts of the new version alone (dimension `ExecutedVersion`): a version that is broken already must not
     * keep its own mending out. One is enough: expected outcomes are answers here, never crashes.
     */
    'Rollout/Errors': { metric: 'Errors', periodSeconds: 60, threshold: 1 },
    /** 5xx answers of the whole API: a version that answers `internal` or `unavailable` does not crash. */
    'Rollout/Answers': { metric: '5xx', periodSeconds: 60, threshold: 5 },
  },
} as const;

export type RolloutAlarmId = keyof typeof rollout.alarms;
