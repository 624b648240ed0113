import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack, Tags } from 'aws-cdk-lib';
import type { FunctionId } from '../contract/privileges.ts';
import { addAccreditationRules } from './accreditation/plugin.ts';
import { ApiStack } from './api-stack.ts';
import { BudgetStack } from './budget-stack.ts';
import type { Config } from './config.ts';
import { DataStack } from './data-stack.ts';
import { DeliveryStack } from './delivery-stack.ts';
import { EdgeMonitoringStack } from './edge-monitoring-stack.ts';
import { EdgeStack } from './edge-stack.ts';
import { FirewallStack } from './firewall-stack.ts';
import { GuardrailsStack } from './guardrails-stack.ts';
import { MonitoringStack } from './monitoring-stack.ts';
import { StatusPublisherStack } from './status-publisher-stack.ts';
import { StatusStack } from './status-stack.ts';

export interface CreateAppOptions {
  readonly config: Config;
  /** Folder of each function's bundle, holding `index.mjs`. */
  readonly functionBundles: Readonly<Record<FunctionId, string>>;
  /** Folder of the built pages. */
  readonly webDirectory: string;
  /** Folder of what lies beside the status page. */
  readonly statusDirectory: string;
  /** Where the cloud assembly goes; default: `CDK_OUTDIR`, else a temporary folder. */
  readonly outputDirectory?: string;
  /** Check the templates against CloudFormation's own rules, which takes some seconds; default true. */
  readonly validate?: boolean;
  /** More of what cdk.json says under this name, or other values. */
  readonly context?: Readonly<Record<string, unknown>>;
}

export interface PortiereApp {
  readonly app: App;
  readonly stacks: {
    readonly data: DataStack;
    readonly api: ApiStack;
    readonly firewall: FirewallStack;
    readonly edge: EdgeStack;
    readonly monitoring: MonitoringStack;
    readonly edgeMonitoring: EdgeMonitoringStack;
    readonly status: StatusStack;
    readonly statusPublisher: StatusPublisherStack;
    /** For whoever asks for it. */
    readonly guardrails?: GuardrailsStack;
  };
}

/** Composes the stacks. The rule packs that judge them are added by `rule-packs.ts`. */
export function createApp(options: CreateAppOptions): PortiereApp {
  const { config, functionBundles, webDirectory, statusDirectory, outputDirectory, validate = true } = options;
  const app = new App({
    context: { ...featureFlags(), ...options.context },
    builtinCloudFormationValidation: validate,
    ...(outputDirectory ? { outdir: outputDirectory } : {}),
  });
  const account = config.account ?? process.env.CDK_DEFAULT_ACCOUNT;
  const main = { env: { region: config.region, ...(account ? { account } : {}) }, crossRegionReferences: true };
  // CloudFront takes web ACLs and certificates from here alone, and keeps its metrics here.
  const global = { env: { ...main.env, region: 'us-east-1' }, crossRegionReferences: true };

  const data = new DataStack(app, 'PortiereData', main);
  const firewall = new FirewallStack(app, 'PortiereFirewall', { ...global, config });
  const api = new ApiStack(app, 'PortiereApi', { ...main, config, data, firewall, functionBundles });
  const edge = new EdgeStack(app, 'PortiereEdge', { ...main, config, data, api, firewall, functionBundles, webDirectory });
  const { siteOrigin, bucket: siteBucket } = edge;
  const own = { env: { ...main.env, region: config.status.region }, crossRegionReferences: true };
  const status = new StatusStack(app, 'PortiereStatus', { ...own, config, firewall, assetsDirectory: statusDirectory });
  const statusPublisher = new StatusPublisherStack(app, 'PortiereStatusPublisher', {
    ...main,
    config,
    api,
    status,
    siteOrigin,
    siteBucket,
    functionBundles,
  });
  const functions = { ...api.functions, ...edge.functions, ...statusPublisher.functions };
  const monitoring = new MonitoringStack(app, 'PortiereMonitoring', { ...main, config, data, api, functions });
  const edgeMonitoring = new EdgeMonitoringStack(app, 'PortiereEdgeMonitoring', {
    ...global,
    config,
    edge,
    firewall,
    alarmFeed: api.alarms,
    pages: api.pages,
  });
  const guardrails =
    config.guardrails && new GuardrailsStack(app, 'PortiereGuardrails', { ...main, config, guardrails: config.guardrails });
  const budget = config.guardrails?.monthlyBudgetUsd;
  if (budget !== undefined) new BudgetStack(app, 'PortiereBudget', { ...global, config, monthlyBudgetUsd: budget });
  if (config.delivery) {
    const regions = app.node.findAll().flatMap((construct) => (Stack.isStack(construct) ? [construct.region] : []));
    new DeliveryStack(app, 'PortiereDelivery', { ...main, delivery: config.delivery, regions });
  }
  Tags.of(app).add('application', 'portiere');
  addAccreditationRules(app, [config.region, config.status.region]);

  return {
    app,
    stacks: { data, api, firewall, edge, monitoring, edgeMonitoring, status, statusPublisher, ...(guardrails ? { guardrails } : {}) },
  };
}

/** The flags of cdk.json, read here too: run without the CDK's command line, the app must give the same templates. */
function featureFlags(): Record<string, unknown> {
  const { context } = JSON.parse(readFileSync(join(import.meta.dirname, '../cdk.json'), 'utf8')) as { context: Record<string, unknown> };
  return context;
}
