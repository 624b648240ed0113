/** An error as an AWS service answers it. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  /** Further headers, as SQS's `x-amzn-query-error`. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: string, message: string, status = 400, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'AwsError';
    this.code = code;
    this.status = status;
    this.headers = headers;
  }
}

export function accessDenied(reason: string): AwsError {
  return new AwsError('AccessDeniedException', reason);
}

/** A field out of bounds, in the words that most services share. */
export function constraintViolated(field: string, constraint: string): AwsError {
  const message = `1 validation error detected: Value at '${field}' failed to satisfy constraint: ${constraint}`;
  return new AwsError('ValidationException', message);
}
