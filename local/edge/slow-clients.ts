/**
 * Viewers that hold on to connections: too many of them, or an answer that is never read. CloudFront closes the connections of slow
 * readers and slow writers by itself (AWS, "Best Practices for DDoS Resiliency") and publishes neither figures nor a limit
 * of connections for one viewer; the figures here are the local edge's own.
 */
import type { Socket } from 'node:net';

export interface SlowClientLimits {
  /** Connections at once, of one address and of all. */
  readonly perViewer: number;
  readonly all: number;
  /** An answer must have been taken within this time, and its length at `bytesPerSecond`. */
  readonly answerMilliseconds: number;
  readonly bytesPerSecond: number;
}

export const slowClientLimits: SlowClientLimits = { perViewer: 256, all: 2048, answerMilliseconds: 10_000, bytesPerSecond: 8 * 1024 };

export interface ConnectionBudget {
  /** @returns false for a connection over the limit, which must be closed */
  admit(socket: Socket): boolean;
}

export function createConnectionBudget({ perViewer, all }: SlowClientLimits): ConnectionBudget {
  const open = new Map<string, number>();
  let total = 0;
  return {
    admit(socket) {
      const viewer = socket.remoteAddress ?? '';
      const ofViewer = open.get(viewer) ?? 0;
      if (ofViewer >= perViewer || total >= all) return false;
      open.set(viewer, ofViewer + 1);
      total += 1;
      socket.once('close', () => {
        total -= 1;
        const left = (open.get(viewer) ?? 1) - 1;
        if (left === 0) open.delete(viewer);
        else open.set(viewer, left);
      });
      return true;
    },
  };
}

interface Answer {
  once(event: 'finish' | 'close', listener: () => void): unknown;
}

/** @param abandon closes the connection of whoever has not taken the answer in time */
export function limitReading(answer: Answer, bytes: number, limits: SlowClientLimits, abandon: () => void): void {
  const timer = setTimeout(abandon, limits.answerMilliseconds + (bytes / limits.bytesPerSecond) * 1000);
  timer.unref();
  const forget = () => clearTimeout(timer);
  answer.once('finish', forget);
  answer.once('close', forget);
}
