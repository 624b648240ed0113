/** Lambda: `Invoke` that waits for the answer, REST with JSON; the error's code stands in a header. */
import { AwsError } from '../aws-error.ts';
import type { InvokeFunction } from '../model.ts';
import { requireAccess, type Service, type ServiceAnswer, type ServiceContext, unknownAction } from '../service.ts';
import { type Invocation, parseInvocation } from './invocation.ts';

/** @param invoker gives what runs the functions, which start after the services; undefined until then */
export function createLambda(context: ServiceContext, invoker: () => InvokeFunction | undefined): Service {
  return {
    signingName: 'lambda',
    faultName: 'lambda',
    async handle({ method, path, headers, body, roleArn }) {
      const invocation = method === 'POST' ? parseInvocation(path, body, context.assembly) : undefined;
      const type = headers['x-amz-invocation-type'] ?? 'RequestResponse';
      if (invocation === undefined || type !== 'RequestResponse' || headers['x-amz-log-type'] === 'Tail') {
        throw unknownAction(context.log, 'lambda', `${method} ${path} (${type})`);
      }
      await requireAccess(context, roleArn, 'lambda:InvokeFunction', invocation.arn);
      return await invoke(context, invoker(), invocation);
    },
    render: (error) => {
      const status = error.code === 'AccessDeniedException' ? 403 : error.status;
      const type = status >= 500 ? 'Service' : 'User';
      return {
        status,
        headers: { ...contentType, 'x-amzn-errortype': error.code },
        body: JSON.stringify({ Type: type, Message: error.message }),
      };
    },
    fault: (mode) =>
      mode === 'error' ? new AwsError('ServiceException', 'The service encountered an internal error.', 500) : tooManyRequests(),
  };
}

const contentType = { 'content-type': 'application/json' };

async function invoke(
  context: ServiceContext,
  run: InvokeFunction | undefined,
  { arn, qualifier, payload }: Invocation,
): Promise<ServiceAnswer> {
  const resource = context.assembly.find(arn);
  if (resource === undefined || !resource.type.startsWith('AWS::Lambda::')) {
    throw new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, 404);
  }
  if (run === undefined) throw new AwsError('ResourceNotReadyException', 'The functions of the local system have not started yet.', 502);
  const result = await run(arn, payload);
  // An alias here always points to the one version that the assembly has.
  const headers = { ...contentType, 'x-amz-executed-version': qualifier === '$LATEST' ? qualifier : '1' };
  switch (result.kind) {
    case 'throttled':
      throw tooManyRequests();
    case 'failure':
      // The invocation itself went well: that the function failed is said by a header, and by the answer's form.
      return { status: 200, headers: { ...headers, 'x-amz-function-error': 'Unhandled' }, body: JSON.stringify(result.error) };
    case 'success':
      return { status: 200, headers, body: result.payload };
  }
}

function tooManyRequests(): AwsError {
  return new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);
}
