import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { Unavailable } from '../domain/ports.ts';

/** Runs a call to the store; whatever goes wrong is `Unavailable`, so that no failing store is taken for an empty one. */
export async function storeCall<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (cause) {
    throw new Unavailable('store', { cause });
  }
}

/** Runs a conditional write. @returns undefined when its condition did not hold */
export async function conditionally<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (cause) {
    if (cause instanceof ConditionalCheckFailedException) return undefined;
    throw new Unavailable('store', { cause });
  }
}
