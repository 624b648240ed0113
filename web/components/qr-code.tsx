import { useEffect, useState } from 'preact/hooks';
import type { QrDrawing } from '../qr.ts';
import { useHallSpeech } from '../text/hall.ts';

/** Modules of white around the code that readers need (ISO/IEC 18004). */
const quietZone = 4;

/** Black on white in every theme: many readers don't take an inverted code. */
export function QrCode({ content }: { content: string }) {
  const { text } = useHallSpeech();
  const [drawing, setDrawing] = useState<QrDrawing>();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let shown = true;
    import('../qr.ts').then(({ drawQr }) => shown && setDrawing(drawQr(content))).catch(() => shown && setFailed(true));
    return () => {
      shown = false;
    };
  }, [content]);

  if (failed) return <p class="quiet">{text.twoStep.pictureFailed}</p>;
  const side = (drawing?.size ?? 0) + 2 * quietZone;
  return (
    <div class="qr">
      {drawing !== undefined && (
        <svg viewBox={`${-quietZone} ${-quietZone} ${side} ${side}`} role="img" aria-label={text.twoStep.picture}>
          <path d={drawing.path} />
        </svg>
      )}
    </div>
  );
}
