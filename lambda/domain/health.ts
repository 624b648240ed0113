import type { Clock } from './ports.ts';

export interface Health {
  readonly status: 'ok' | 'failing';
  readonly parts: Readonly<Record<string, 'ok' | 'failing'>>;
}

/** Probes at most once a second, however often it is asked: a public route must not multiply into calls to KMS. */
export function createHealthCheck(probes: Readonly<Record<string, () => Promise<void>>>, clock: Clock): () => Promise<Health> {
  let last: { at: number; health: Promise<Health> } | undefined;
  return () => {
    const now = clock.now();
    if (!last || Math.abs(now - last.at) >= 1000) last = { at: now, health: probeAll(probes) };
    return last.health;
  };
}

async function probeAll(probes: Readonly<Record<string, () => Promise<void>>>): Promise<Health> {
  const parts = await Promise.all(
    Object.entries(probes).map(async ([part, probe]): Promise<[string, 'ok' | 'failing']> => {
      try {
        await probe();
        return [part, 'ok'];
      } catch {
        return [part, 'failing'];
      }
    }),
  );
  return { status: parts.every(([, state]) => state === 'ok') ? 'ok' : 'failing', parts: Object.fromEntries(parts) };
}
