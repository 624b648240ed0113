import { AwsError } from '../aws-error.ts';
import { invalidParameter, type Queue } from './queue.ts';

/** @returns the number, or undefined when the field is absent */
export function wholeNumber(value: unknown, field: string, minimum: number, maximum: number): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Number.isInteger(value) || (value as number) < minimum || (value as number) > maximum) {
    throw invalidParameter(
      `Value ${String(value)} for parameter ${field} is invalid. Reason: Must be between ${minimum} and ${maximum}, if provided.`,
    );
  }
  return value as number;
}

export function messageBody(value: unknown, queue: Queue): string {
  if (typeof value !== 'string' || value === '') {
    throw new AwsError('MissingRequiredParameterException', 'The request must contain the parameter MessageBody.', 400, {
      'x-amzn-query-error': 'MissingParameter;Sender',
    });
  }
  const { maximumMessageBytes } = queue.settings;
  if (Buffer.byteLength(value) > maximumMessageBytes) {
    throw invalidParameter(`One or more parameters are invalid. Reason: Message must be shorter than ${maximumMessageBytes} bytes.`);
  }
  return value;
}
