/** QR codes: loaded by the one page that shows them, when it shows one. Pure. */
import { encode } from 'uqr';

export interface QrDrawing {
  /** Modules along one side. */
  readonly size: number;
  /** An SVG path over the dark modules: one rectangle for each run in a row. */
  readonly path: string;
}

/** @param text what the code holds; byte mode, error correction M, without a quiet zone. */
export function drawQr(text: string): QrDrawing {
  const { data, size } = encode(text, { ecc: 'M', border: 0 });
  const runs = data.flatMap((row, y) =>
    [
      ...row
        .map((dark) => (dark ? '1' : '0'))
        .join('')
        .matchAll(/1+/g),
    ].map(({ index, 0: { length } }) => `M${index} ${y}h${length}v1h-${length}z`),
  );
  return { size, path: runs.join('') };
}
