import { useEffect, useState } from 'preact/hooks';
import { formatClock, formatDuration, isAnnounced } from '../format.ts';
import { useSpeech } from '../language.tsx';

function secondsUntil(instant: number): number {
  return Math.max(0, Math.ceil((instant - Date.now()) / 1000));
}

/**
 * The countdown while an address is locked. The eye sees each second; the ear is told at the start, at each full
 * minute, at 30 and at 10 seconds. It counts by the clock, not by ticks: a tab in the background is not late.
 */
export function Wait({ until, onEnd }: { until: number; onEnd: () => void }) {
  const { text, language } = useSpeech();
  const [left, setLeft] = useState(() => secondsUntil(until));
  const [announced, setAnnounced] = useState(left);

  useEffect(() => {
    const timer = setInterval(() => {
      const now = secondsUntil(until);
      setLeft(now);
      if (isAnnounced(now)) setAnnounced(now);
      if (now === 0) onEnd();
    }, 1000);
    return () => clearInterval(timer);
  }, [until, onEnd]);

  return (
    <p class="wait">
      <span aria-hidden="true">
        {text.wait.label} <span class="wait-clock">{formatClock(left)}</span>
      </span>
      <span class="visually-hidden" aria-live="polite">
        {text.wait.announce(formatDuration(announced, language))}
      </span>
    </p>
  );
}
