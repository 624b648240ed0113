import { Duration, SecretValue, Stack } from 'aws-cdk-lib';
import {
  ApiDestination,
  Authorization,
  Connection,
  EventField,
  HttpMethod,
  HttpParameter,
  type IApiDestination,
  Rule,
  RuleTargetInput,
} from 'aws-cdk-lib/aws-events';
import { ApiDestination as ApiDestinationTarget } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { type AlarmDefinition, type AlarmId, alarmName, alarms, suffixesOf } from '../../contract/alarms.ts';
import { acknowledge } from '../acknowledgements.ts';
import type { Config, OnCallContact } from '../config.ts';
import { pagerDutyEndpoints } from '../on-call-config.ts';
import { dashboardUrl } from './pages.ts';

type PagerDutyContact = Extract<OnCallContact, { readonly pagerDuty: unknown }>;

export interface PagerDutyProps {
  readonly contact: PagerDutyContact;
  readonly runbookUrl: string;
}

/**
 * A service of PagerDuty (Events API v2): EventBridge hears from CloudWatch that an alarm has changed, and calls the API with a body
 * that its input transformer writes. Neither SNS nor code of ours is on this way, so that it fails apart from the others.
 */
export class PagerDuty extends Construct {
  /** `trigger` and `resolve`, whose failures have an alarm. */
  readonly ruleNames: readonly string[];

  constructor(scope: Construct, id: string, { contact, runbookUrl }: PagerDutyProps) {
    super(scope, id);
    const { routingKeySecret, region = 'us' } = contact.pagerDuty;
    // Resolved by CloudFormation: the template holds the secret's name, and EventBridge keeps the value in a secret of its own.
    const key = SecretValue.secretsManager(routingKeySecret);
    const connection = new Connection(this, 'Connection', {
      description: 'Portiere: the routing key of PagerDuty',
      // EventBridge wants a header; PagerDuty reads the key in the body.
      authorization: Authorization.apiKey('X-Routing-Key', key),
      bodyParameters: { routing_key: HttpParameter.fromSecret(key) },
    });
    const destination = new ApiDestination(this, 'Destination', {
      connection,
      endpoint: pagerDutyEndpoints[region],
      httpMethod: HttpMethod.POST,
      rateLimitPerSecond: 10,
    });
    this.ruleNames = [
      this.createRule('Trigger', destination, { value: ['ALARM'] }, {}, body('trigger', runbookUrl, Stack.of(this).region)),
      this.createRule('Resolve', destination, { value: ['OK'] }, { value: ['ALARM'] }, body('resolve', runbookUrl, Stack.of(this).region)),
    ];
  }

  private createRule(
    id: string,
    destination: ApiDestination,
    state: object,
    previousState: object,
    event: Record<string, unknown>,
  ): string {
    const rule = new Rule(this, id, {
      description: `Portiere: ${id.toLowerCase()}s an incident at PagerDuty`,
      eventPattern: {
        source: ['aws.cloudwatch'],
        detailType: ['CloudWatch Alarm State Change'],
        detail: {
          alarmName: pagingAlarms(),
          // What a maintenance silences is silent here, too.
          state: { ...state, actionsSuppressedBy: [{ exists: false }] },
          ...(Object.keys(previousState).length > 0 ? { previousState } : {}),
        },
      },
      targets: [
        new ApiDestinationTarget(destination as IApiDestination, {
          event: RuleTargetInput.fromObject(event),
          // A page of an hour ago wakes somebody for nothing.
          maxEventAge: Duration.hours(1),
          retryAttempts: 20,
        }),
      ],
    });
    acknowledge(rule, {
      'Serverless-EventBusDLQ': 'A page that failed is told by OnCall/PagerDutyFailed; sent later, it would wake somebody for nothing',
    });
    return rule.ruleName;
  }
}

/** One for each service that the configuration names. */
export function createPagerDuty(scope: Construct, { onCall, runbookUrl }: Pick<Config, 'onCall' | 'runbookUrl'>): PagerDuty[] {
  return onCall
    .filter((contact): contact is PagerDutyContact => 'pagerDuty' in contact)
    .map((contact, index) => new PagerDuty(scope, `PagerDuty${index === 0 ? '' : index + 1}`, { contact, runbookUrl }));
}

/**
 * By the start of the name where there is one alarm for each of many things, else by the whole name: the windows of a burn rate
 * begin as the alarm on both does. A pattern may have 2,048 characters.
 */
function pagingAlarms(): (string | { prefix: string })[] {
  return (Object.entries(alarms) as [AlarmId, AlarmDefinition][])
    .filter(([, { severity }]) => severity === 'page')
    .flatMap(([id, definition]): (string | { prefix: string })[] => {
      const suffixes = suffixesOf(definition);
      if (definition.burnRate || suffixes.length === 1) return suffixes.map((suffix) => alarmName(id, suffix));
      return [{ prefix: `${alarmName(id)}-` }];
    });
}

/** PagerDuty, "Send an alert event": PD-CEF. One alarm, one incident: the alarm's ARN ties what belongs together. */
function body(action: 'trigger' | 'resolve', runbookUrl: string, region: string): Record<string, unknown> {
  const name = EventField.fromPath('$.detail.alarmName');
  return {
    event_action: action,
    dedup_key: EventField.fromPath('$.resources[0]'),
    client: 'Portiere',
    client_url: dashboardUrl(region),
    payload: {
      summary: `${name}: ${EventField.fromPath('$.detail.configuration.description')}`,
      severity: 'critical',
      source: `Portiere in ${region}`,
      timestamp: EventField.fromPath('$.time'),
      class: name,
      custom_details: { reason: EventField.fromPath('$.detail.state.reason') },
    },
    links: [
      { href: runbookUrl, text: 'Runbook' },
      { href: dashboardUrl(region), text: 'Dashboard' },
    ],
  };
}
