/** SES version 2: REST with JSON; the error's code stands in a header. */
import { AwsError } from '../aws-error.ts';
import { type Service, type ServiceAnswer, type ServiceContext, unknownAction } from '../service.ts';
import type { Mailbox } from './mailbox.ts';
import { sendEmail } from './send-email.ts';

export function createSes(context: ServiceContext, mailbox: Mailbox): Service {
  return {
    signingName: 'ses',
    faultName: 'ses',
    async handle({ method, path, body, roleArn }) {
      if (method !== 'POST' || path !== '/v2/email/outbound-emails') throw unknownAction(context.log, 'ses', `${method} ${path}`);
      return answer(200, await sendEmail(context, mailbox, JSON.parse(body.toString('utf8')), roleArn));
    },
    render: (error) => answer(error.status, { message: error.message }, { 'x-amzn-errortype': error.code }),
    fault: (mode) =>
      mode === 'error'
        ? new AwsError('InternalServiceErrorException', 'The request failed because of an internal error.', 500)
        : new AwsError('TooManyRequestsException', 'Too many requests have been made to the operation.', 429),
  };
}

function answer(status: number, body: object, headers: Readonly<Record<string, string>> = {}): ServiceAnswer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}
