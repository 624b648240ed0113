/** What an origin is to the edge. */
import type { EdgeResponse } from './wire.ts';

export interface OriginRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: Buffer;
}

export type Origin = (request: OriginRequest) => Promise<EdgeResponse>;
