/** What the benchmark reports: rows of figures, each with the target it has, if it has one. */

export interface Row {
  /** What was measured, in a few words. */
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly target?: { readonly atMost: number } | { readonly atLeast: number };
  /** What it was taken from: the other side of a ratio, counts. */
  readonly note?: string;
}

export interface CaseResult {
  readonly id: string;
  readonly rows: readonly Row[];
  readonly seconds: number;
}

/** `undefined` when the row has no target. */
export function meetsTarget({ value, target }: Row): boolean | undefined {
  if (!target) return undefined;
  return 'atMost' in target ? value <= target.atMost : value >= target.atLeast;
}

export function describeTarget({ target }: Row): string {
  if (!target) return '';
  return 'atMost' in target ? `<= ${target.atMost}` : `>= ${target.atLeast}`;
}

/** A table for a terminal: figures to the right, and a word for each target. */
export function formatTable(results: readonly CaseResult[]): string {
  const lines = results.flatMap(({ id, rows }) =>
    rows.map((row, index) => {
      const verdict = meetsTarget(row);
      return [
        index === 0 ? id : '',
        row.name,
        `${formatNumber(row.value)} ${row.unit}`.trim(),
        describeTarget(row),
        verdict === undefined ? '' : verdict ? 'met' : 'MISSED',
        row.note ?? '',
      ];
    }),
  );
  const table = [['case', 'measure', 'value', 'target', '', 'from'], ...lines];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0))) ?? [];
  return table
    .map((line) =>
      line
        .map((cell, column) => (column === 2 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function formatNumber(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString('en');
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(2);
}
