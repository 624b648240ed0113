/** SNS: the query protocol, parameters in a form, answers in XML. */
import { AwsError } from '../aws-error.ts';
import { type Service, type ServiceAnswer, unknownAction } from '../service.ts';
import { publish } from './publish.ts';
import type { TopicStore } from './store.ts';

const namespace = 'http://sns.amazonaws.com/doc/2010-03-31/';

export function createSns(store: TopicStore): Service {
  return {
    signingName: 'sns',
    faultName: 'sns',
    async handle({ body, roleArn }) {
      const parameters = new URLSearchParams(body.toString('utf8'));
      const action = parameters.get('Action') ?? '';
      if (action !== 'Publish') throw unknownAction(store.context.log, 'sns', action);
      const messageId = await publish(store, parameters, roleArn);
      return xml(
        200,
        `<PublishResponse xmlns="${namespace}"><PublishResult><MessageId>${messageId}</MessageId></PublishResult></PublishResponse>`,
      );
    },
    render: ({ code, message, status }) => {
      // The query protocol knows this one under its older name.
      const name = code === 'AccessDeniedException' ? 'AuthorizationError' : code;
      const type = status >= 500 ? 'Receiver' : 'Sender';
      const error = `<Type>${type}</Type><Code>${escapeXml(name)}</Code><Message>${escapeXml(message)}</Message>`;
      const httpStatus = name === 'AuthorizationError' ? 403 : status;
      return xml(httpStatus, `<ErrorResponse xmlns="${namespace}"><Error>${error}</Error></ErrorResponse>`);
    },
    fault: (mode) =>
      mode === 'error' ? new AwsError('InternalError', 'Internal service error.', 500) : new AwsError('Throttled', 'Rate exceeded', 429),
  };
}

function xml(status: number, body: string): ServiceAnswer {
  return { status, headers: { 'content-type': 'text/xml' }, body };
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
