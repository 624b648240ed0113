import { Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { AlarmStatusWidget, Dashboard, GraphWidget, type IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { type AlarmDefinition, type AlarmId, alarms, suffixesOf } from '../contract/alarms.ts';
import type { FunctionId } from '../contract/privileges.ts';
import type { SloId } from '../contract/slo.ts';
import type { ApiStack } from './api-stack.ts';
import type { Config } from './config.ts';
import { targetsOf } from './constructs/alarm-targets.ts';
import { type CreatedAlarm, createAlarm } from './constructs/alarms.ts';
import { createBurnRateAlarm, type MeasuredApi } from './constructs/burn-rate.ts';
import { objectiveWidgets } from './constructs/objective-widgets.ts';
import { independentChannels, OnCall } from './constructs/on-call.ts';
import { createPagerDuty } from './constructs/pager-duty.ts';
import type { PortiereFunction } from './constructs/portiere-function.ts';
import type { DataStack } from './data-stack.ts';
import { mapValues } from './names.ts';

export interface MonitoringStackProps extends StackProps {
  readonly config: Config;
  readonly data: DataStack;
  readonly api: ApiStack;
  /** Of all stacks. */
  readonly functions: Readonly<Record<FunctionId, PortiereFunction>>;
}

/** The alarms of contract/alarms.ts, but for those of the edge, and whom they wake. */
export class MonitoringStack extends Stack {
  constructor(scope: Construct, id: string, { config, data, api, functions, ...props }: MonitoringStackProps) {
    super(scope, id, { ...props, description: 'Portiere: alarms, on-call topics, dashboard' });
    const onCall = new OnCall(this, 'OnCall', {
      contacts: config.onCall,
      runbookUrl: config.runbookUrl,
      key: data.dataKey,
      pages: api.pages.queue,
      hasSecondWay: true,
    });
    api.alarms.subscribeTo(onCall.topics.page);
    const pagerDuty = createPagerDuty(this, config);
    if (independentChannels(config.onCall) < 2) {
      Validations.of(this).addWarning(
        'portiere:on-call-channels',
        'onCall names one kind of channel only: when it fails, nobody is woken. Add a second of sms, email or https in portiere.config.ts.',
      );
    }
    const measured = { apiId: api.api.apiId, functionNames: mapValues(api.functions, (one) => one.function.functionName) };
    const created = definitions().flatMap(([alarmId, definition]) =>
      definition.burnRate
        ? suffixesOf(definition).map((suffix) => createBurnRateAlarm(this, alarmId, definition, suffix as SloId, measured, onCall))
        : targetsOf(definition, { api, data, functions, onCall, pagerDuty }).map((target) =>
            createAlarm(this, alarmId, definition, target, onCall),
          ),
    );
    this.createDashboard(created, measured);
  }

  private createDashboard(created: readonly CreatedAlarm[], measured: MeasuredApi): void {
    const widgets: IWidget[] = created.flatMap(({ name, metric, annotation }) =>
      metric && annotation ? new GraphWidget({ title: name, left: [metric], leftAnnotations: [annotation], width: 8 }) : [],
    );
    new Dashboard(this, 'Dashboard', {
      dashboardName: 'portiere',
      widgets: [...alarmWidgets(created), ...objectiveWidgets(measured), widgets],
    });
  }
}

/** A widget takes a hundred alarms at most. Those that wake somebody come first. */
function alarmWidgets(created: readonly CreatedAlarm[]): IWidget[][] {
  const bySeverity = (['page', 'ticket'] as const).flatMap((severity) => {
    const own = created.filter(({ id }) => alarms[id].severity === severity).map(({ alarm }) => alarm);
    return Array.from({ length: Math.ceil(own.length / 100) }, (_, part) => ({ severity, part: own.slice(100 * part, 100 * (part + 1)) }));
  });
  return bySeverity.map(({ severity, part }) => [new AlarmStatusWidget({ title: titles[severity], alarms: part, width: 24 })]);
}

const titles = { page: 'Alarms that wake somebody', ticket: 'Alarms for the next working day' } as const;

function definitions(): [AlarmId, AlarmDefinition][] {
  return Object.entries(alarms) as [AlarmId, AlarmDefinition][];
}
