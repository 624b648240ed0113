import { useSpeech } from '../language.tsx';
import type { Way } from '../ways.ts';

interface OtherWaysProps {
  readonly ways: readonly Way[];
  readonly onChoose: (way: Way) => void;
}

export function OtherWays({ ways, onChoose }: OtherWaysProps) {
  const { text } = useSpeech();
  const labels: Record<Way, string> = { passkey: text.codes.usePasskey, totp: text.codes.useApp, recovery_code: text.codes.useRecovery };
  return ways.map((way) => (
    <button key={way} class="link" type="button" onClick={() => onChoose(way)}>
      {labels[way]}
    </button>
  ));
}
