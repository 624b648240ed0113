/** The whole local system, put together from a synthesized assembly: services, functions, gateway, edge, alarms, console. */
import { join } from 'node:path';
import { type Alarms, findUnfedAlarms, longestAlarmWindowSeconds, startAlarms } from './alarms/alarms.ts';
import { createMetrics } from './alarms/metrics.ts';
import { createRecorder, isReportedHere } from './alarms/recorder.ts';
import type { Assembly } from './assembly/model.ts';
import { createClock } from './clock.ts';
import { type Console, startConsole } from './console/server.ts';
import { compileDistribution } from './edge/distribution.ts';
import { createFirewall, type Firewall } from './edge/firewall.ts';
import { openCertificates, serveDistribution } from './edge/serve-distribution.ts';
import type { Environment } from './environment.ts';
import { createFaults } from './faults.ts';
import { announceDeployment } from './functions/deployments.ts';
import { startEventSources } from './functions/event-source.ts';
import { createFunctions } from './functions/functions.ts';
import { createLogs } from './functions/logs.ts';
import { findOutgoingAddress } from './functions/outgoing-address.ts';
import { startSchedules } from './functions/schedules.ts';
import { createGateways } from './gateway/gateway.ts';
import { createAuthorizer, operatorArn } from './iam/authorizer.ts';
import { openPager } from './pager.ts';
import { startServices } from './services/start-services.ts';
import { createSettling } from './settling.ts';
import { openState } from './state.ts';

export interface LocalSystem {
  readonly edgeUrl: string;
  readonly plainUrl: string;
  /** Empty where the assembly has one distribution only. */
  readonly statusUrl: string;
  readonly consoleUrl: string;
  /** PEM of the local certificate authority. */
  readonly authority: string;
  /** What a person should know about this run: what is not imitated, by name. */
  readonly remarks: readonly string[];
  /** Lets requests under way end, then stops everything. */
  stop(): Promise<void>;
}

export interface SystemOptions {
  readonly assembly: Assembly;
  readonly environment: Environment;
  /** One line for the terminal. */
  readonly log: (line: string) => void;
}

const sweepMilliseconds = 60_000;

export async function startSystem({ assembly, environment, log }: SystemOptions): Promise<LocalSystem> {
  const { dataDirectory } = environment;
  const folder = dataDirectory === ':memory:' ? undefined : dataDirectory;
  // Undone in the opposite order, by a stop as by a start that fails half way.
  const undo: (() => unknown)[] = [];
  async function stop(): Promise<void> {
    for (const step of undo.splice(0).reverse()) await step();
  }

  try {
    const state = openState(dataDirectory);
    undo.push(() => state.close());
    const clock = createClock(state);
    const faults = createFaults(clock);
    const authorizer = createAuthorizer(assembly);
    const services = await startServices({ assembly, authorizer, state, dataDirectory, clock, faults, log });
    undo.push(() => services.stop());
    const pager = openPager(state, services.topics);

    const metrics = createMetrics(clock.now, Math.max(3 * 3600, longestAlarmWindowSeconds(assembly) + 600));
    const recorder = createRecorder(assembly, metrics, services.queues);
    const logs = createLogs({
      directory: folder === undefined ? undefined : join(folder, 'logs'),
      now: clock.now,
      onEmbeddedMetrics: metrics.putEmbedded,
      ...(environment.isVerbose && { echo: log }),
    });
    undo.push(() => logs.close());
    const certificates = openCertificates(folder, log);
    undo.push(() => certificates.stop());
    const { authority } = await certificates.current();
    const functions = createFunctions({
      assembly,
      services,
      clock,
      faults,
      logs,
      authority,
      outgoingAddress: await findOutgoingAddress(),
      record: recorder.invocation,
    });
    undo.push(() => functions.stop());
    services.serveInvocations(functions.invoke);
    services.serveMetrics(metrics);
    const eventSources = startEventSources({ assembly, queues: services.queues, functions, clock, log });
    undo.push(() => eventSources.stop());
    const schedules = startSchedules({ assembly, functions, state, clock, log });
    undo.push(() => schedules.stop());
    const alarms: Alarms = startAlarms({
      assembly,
      clock,
      metrics,
      topics: services.topics,
      sample: recorder.sampleQueues,
      settled: schedules.settled,
      pauseSchedules: schedules.pause,
      settle: createSettling(assembly, services.queues),
      log,
    });
    undo.push(() => alarms.stop());
    const sweeper = setInterval(() => void services.tables.sweep(), sweepMilliseconds);
    clock.onAdvance(() => recorder.sampleQueues());
    undo.push(() => clearInterval(sweeper));

    const gateways = createGateways({
      assembly,
      functions,
      now: clock.now,
      accessLog: (line) => logs.append('access', `${line}\n`),
      record: recorder.request,
    });
    const resources = assembly.ofType('AWS::CloudFront::Distribution');
    const distributions = resources.map((resource) =>
      compileDistribution(resource, {
        assembly,
        gateways,
        objects: services.objects,
        originHeaders: (originId) => services.distributions.originHeaders(resource.ref, originId),
        log: (line) => logs.append('edge', `${line}\n`),
      }),
    );
    const [site, status, ...others] = distributions;
    if (site === undefined) throw new Error('the assembly has no CloudFront distribution: there is nothing to serve');
    if (others.length > 0) throw new Error(`the assembly has ${distributions.length} CloudFront distributions, and here are ports for two`);
    const serve = { certificates, recorder, log };
    const firewall: Firewall | undefined =
      site.webAclArn === undefined
        ? undefined
        : createFirewall(site.webAclArn, assembly, services.ipSets, clock.now, recorder.webAclRequest);
    const secure = await serveDistribution({ ...serve, distribution: site, firewall, port: environment.port, portVariable: 'PORT' });
    undo.push(() => secure.stop());
    const plain = await secure.servePlainly(environment.httpPort, 'HTTP_PORT');
    undo.push(() => plain.stop(0));
    services.distributions.serveAt(site.id, `localhost:${secure.port}`);
    let statusUrl = '';
    if (status !== undefined) {
      const { statusPort: port } = environment;
      const served = await serveDistribution({ ...serve, distribution: status, firewall: undefined, port, portVariable: 'STATUS_PORT' });
      undo.push(() => served.stop());
      services.distributions.serveAt(status.id, `localhost:${served.port}`);
      statusUrl = `https://localhost:${served.port}`;
    }

    const consoleServer: Console = await startConsole({
      port: environment.consolePort,
      edgeUrl: `https://localhost:${secure.port}`,
      mailbox: services.mailbox,
      pager,
      alarms,
      metrics,
      firewall,
      clock,
      faults,
      functions,
      logs,
      authorizer,
      operator: {
        endpoint: services.endpoint,
        site: `https://localhost:${secure.port}`,
        region: assembly.region,
        assembly: assembly.directory,
        credentials: services.credentialsFor(operatorArn(assembly)),
        resources: ['AWS::SQS::Queue', 'AWS::DynamoDB::Table', 'AWS::WAFv2::IPSet', 'AWS::Lambda::Alias']
          .flatMap((type) => assembly.ofType(type))
          .map(({ stack, logicalId, type, ref }) => ({ stack, logicalId, type, ref: services.withLocalQueueUrls(ref) })),
      },
      log,
    });
    undo.push(() => consoleServer.stop());
    await announceDeployment({ assembly, functions, clock, log });
    functions.warm();

    const unfed = findUnfedAlarms(assembly, (metric) => isReportedHere(metric));
    return {
      edgeUrl: `https://localhost:${secure.port}`,
      plainUrl: `http://localhost:${plain.port}`,
      statusUrl,
      consoleUrl: `http://127.0.0.1:${consoleServer.port}`,
      authority: (await certificates.current()).authority,
      remarks: [
        ...(firewall?.unsupported ?? []).map((name) => `not evaluated here: ${name}`),
        ...(unfed.length === 0 ? [] : [`alarms on metrics that only AWS reports: ${unfed.join(', ')}`]),
      ],
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
