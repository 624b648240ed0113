/** The stage's access log line: its format with every `$context` variable filled in. */

export type AccessLogVariables = Readonly<Record<string, string | number | undefined>>;

/** @param format of `AccessLogSettings`, e.g. `{"requestId":"$context.requestId"}` */
export function compileAccessLog(format: string): (variables: AccessLogVariables) => string {
  const parts = format.split(/\$context\.([a-zA-Z.]+)/);
  return (variables) => {
    let line = '';
    for (let index = 0; index < parts.length; index += 1) {
      const part = parts[index] as string;
      // Odd parts are variable names. Values come from callers: they must not end the line or the JSON text they stand in.
      line += index % 2 === 0 ? part : escapeValue(variables[part]);
    }
    return line;
  };
}

function escapeValue(value: string | number | undefined): string {
  if (value === undefined || value === '') return '-';
  return typeof value === 'number' ? String(value) : JSON.stringify(value).slice(1, -1);
}
