/** What a call of `Invoke` asks for, and the ARN that policies name it by. */
import type { Assembly } from '../../assembly/model.ts';
import { AwsError } from '../aws-error.ts';

export interface Invocation {
  /** Of the function, or of its alias or version if one was named. */
  readonly arn: string;
  /** `$LATEST`, the version, or the alias. */
  readonly qualifier: string;
  readonly payload: string;
}

/** Of a request that waits for its answer. */
const maximumPayloadBytes = 6 * 1024 * 1024;

const path = /^\/2015-03-31\/functions\/([^/?]+)\/invocations(?:\?(.*))?$/;
/** Name or ARN, whole (`arn:aws:lambda:REGION:ACCOUNT:function:`) or in part (`ACCOUNT:function:`), and a qualifier. */
const reference = /^(?:(?:arn:aws:lambda:([a-z\d-]+):)?(\d{12}):function:)?([\w-]{1,64})(?::(\$LATEST|[\w-]{1,128}))?$/;

/** @returns undefined when the request is for another action */
export function parseInvocation(
  url: string,
  body: Buffer,
  { account, region }: Pick<Assembly, 'account' | 'region'>,
): Invocation | undefined {
  const match = path.exec(url);
  if (match === null) return undefined;
  const functionName = decodeURIComponent(match[1] ?? '');
  const parts = reference.exec(functionName);
  if (parts === null) {
    throw new AwsError('ValidationException', `1 validation error detected: Value '${functionName}' at 'functionName' is no name or ARN`);
  }
  const asked = new URLSearchParams(match[2] ?? '').get('Qualifier') ?? undefined;
  const [, itsRegion = region, itsAccount = account, name, named] = parts;
  if (named !== undefined && asked !== undefined && named !== asked) {
    const message = 'The derived qualifier from the function name does not match the specified qualifier.';
    throw new AwsError('InvalidParameterValueException', message);
  }
  const qualifier = named ?? asked;
  const functionArn = `arn:aws:lambda:${itsRegion}:${itsAccount}:function:${name}`;
  return {
    arn: qualifier === undefined ? functionArn : `${functionArn}:${qualifier}`,
    qualifier: qualifier ?? '$LATEST',
    payload: parsePayload(body),
  };
}

function parsePayload(body: Buffer): string {
  if (body.length > maximumPayloadBytes) {
    const message = `Request must be smaller than ${maximumPayloadBytes} bytes for the InvokeFunction operation`;
    throw new AwsError('RequestTooLargeException', message, 413);
  }
  const text = body.toString('utf8') || '{}';
  try {
    JSON.parse(text);
    return text;
  } catch (cause) {
    throw new AwsError('InvalidRequestContentException', `Could not parse request body into json: ${(cause as Error).message}`);
  }
}
