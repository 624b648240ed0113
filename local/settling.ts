/**
 * Waits until the queues that topics feed are empty: the system's clock must not run ahead of what its alarms have set going,
 * which takes real time.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Assembly } from './assembly/model.ts';
import type { LocalServices } from './services/model.ts';

const patienceMilliseconds = 3000;

/** @returns ends when they are empty, or after some seconds: a consumer that fails leaves its messages there */
export function createSettling(assembly: Assembly, queues: Pick<LocalServices['queues'], 'depth'>): () => Promise<void> {
  const fed = assembly
    .ofType('AWS::SNS::Subscription')
    .filter(({ properties }) => properties.Protocol === 'sqs')
    .map(({ properties }) => String(properties.Endpoint));
  const isBusy = () => fed.some((arn) => queues.depth(arn).visible + queues.depth(arn).inFlight > 0);
  return async () => {
    const patience = Date.now() + patienceMilliseconds;
    // Topics hand over in the background: the first look is a little later.
    do await pause(20);
    while (isBusy() && Date.now() < patience);
  };
}
