const longestShown = 120;

/** A byte string as text for a trace: quoted, control characters escaped, its length said when it is cut. */
export function shorten(value: string): string {
  const shown = JSON.stringify(Buffer.from(value.slice(0, longestShown), 'latin1').toString('utf8'));
  return value.length <= longestShown ? shown : `${shown}... (${value.length} bytes)`;
}
