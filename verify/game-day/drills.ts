/** The five drills, and a sixth in which everything of ours is down at once. */
import type { Browser } from 'playwright-core';
import { runOrFail } from '../program.ts';
import {
  expectCanary,
  expectComponent,
  expectIncident,
  expectMailbox,
  expectPhone,
  expectRecovery,
  expectThat,
  limits,
  type Verdict,
} from './expectations.ts';
import { readStatusPage } from './reader.ts';
import type { Drill, Stage } from './stage.ts';
import { readAsClient } from './statuspage-client.ts';
import type { Answer } from './system.ts';

const retryAfter = ({ headers }: Answer) => /^\d+$/.test(headers['retry-after'] ?? '');

async function expectClosed(stage: Stage): Promise<Verdict> {
  const answer = await stage.customer.signIn();
  await stage.note('sign-in', String(answer.status));
  return expectThat(
    'sign-in fails closed, with a time to come back',
    answer.status === 503 && retryAfter(answer),
    `status ${answer.status}`,
  );
}

async function expectSession(stage: Stage): Promise<Verdict> {
  const { status } = await stage.customer.checkSession();
  await stage.note('a session that was open before', String(status));
  return expectThat('who is signed in already notices nothing', status === 200, `status ${status}`);
}

async function expectService(stage: Stage): Promise<Verdict> {
  const { status } = await stage.customer.signIn();
  await stage.note('sign-in', String(status));
  return expectThat('people sign in again', status === 200, `status ${status}`);
}

const storeDown: Drill = {
  name: 'The store is down',
  fault: 'every call to DynamoDB fails',
  async run(stage) {
    const { timeline } = stage;
    await stage.inject('dynamodb', 'error');
    await stage.watch({ steps: 14, seconds: 10, use: () => stage.customer.signIn() }, () =>
      timeline.has('phone', /^PAGE Canary\/Failing /),
    );
    const closed = await expectClosed(stage);
    // No incident can be written: the page goes by the figures that CloudWatch has.
    await stage.watch({ steps: 8, seconds: 60, use: () => stage.customer.signIn() }, () => stage.suffering().includes('sign-in'));
    await stage.lift();
    await stage.recover(15);
    return [
      expectPhone(timeline, /Canary\/Failing|Api\/Errors/),
      expectCanary(timeline, await stage.canaryFailedAt()),
      closed,
      expectComponent(timeline, 'sign-in', limits.componentWithoutIncidentSeconds),
      expectIncident(timeline, /Sign-in/, 'investigating'),
      expectRecovery(timeline, stage.ringing()),
      await expectService(stage),
    ];
  },
};

const keyDenied: Drill = {
  name: 'KMS denies our keys',
  fault: 'every call to KMS is denied, as after a change of a key policy or a scheduled deletion',
  async run(stage) {
    const { timeline } = stage;
    await stage.inject('kms', 'deny');
    await stage.watch({ steps: 14, seconds: 10, use: () => stage.customer.signIn() }, () => timeline.has('phone', /^PAGE Kms\/Denied /));
    const closed = await expectClosed(stage);
    const open = await expectSession(stage);
    await stage.watch(
      { steps: 6, seconds: 60 },
      () => timeline.has('phone', /^PAGE Kms\/KeyEnding /) && stage.suffering().includes('sign-in'),
    );
    await stage.lift();
    await stage.recover(12);
    return [
      expectPhone(timeline, /Kms\/Denied/),
      closed,
      open,
      expectThat(
        'the state of the keys is noticed by itself, too',
        timeline.has('phone', /^PAGE Kms\/KeyEnding /),
        `after ${timeline.secondsTo(timeline.find('phone', /^PAGE Kms\/KeyEnding /)) ?? '-'} s`,
      ),
      expectIncident(timeline, /Sign-in/, 'investigating'),
      expectComponent(timeline, 'sign-in', limits.componentByIncidentSeconds),
      expectRecovery(timeline, stage.ringing()),
      await expectService(stage),
    ];
  },
};

const mailFails: Drill = {
  name: 'Mail fails',
  fault: 'every call to SES fails',
  async run(stage) {
    const { timeline, system } = stage;
    await stage.inject('ses', 'error');
    const wanting = ['bruno', 'carla', 'dario'].map((name) => `${name}@customer.example`);
    const accepted = await Promise.all(
      wanting.map((email) => stage.customer.ask('/v1/accounts', { email, password: 'correct horse battery' })),
    );
    await stage.watch({ steps: 14, seconds: 10 }, () => timeline.has('phone', /^PAGE Mail\/Failing /));
    await stage.watch({ steps: 4, seconds: 60 }, () => stage.suffering().includes('mail'));
    const signedIn = await stage.customer.signIn();
    await stage.lift();
    // What waits is tried again a quarter of an hour apart at most.
    await system.pass(15);
    await stage.recover(6);
    const mails = await Promise.all(wanting.map((email) => system.read<unknown[]>(`/api/mail?to=${encodeURIComponent(email)}`)));
    const arrived = mails.filter((each) => each.length === 1).length;
    return [
      expectPhone(timeline, /Mail\/Failing/),
      expectThat(
        'what people ask for is accepted all the same, and sign-in works',
        accepted.every(({ status }) => status === 202) && signedIn.status === 200,
        `registrations ${accepted.map(({ status }) => status).join(', ')}, sign-in ${signedIn.status}`,
      ),
      expectIncident(timeline, /^Mail/, 'investigating'),
      expectComponent(timeline, 'mail', limits.componentByIncidentSeconds),
      expectThat('no mail is lost and none is sent twice', arrived === wanting.length, `${arrived} of ${wanting.length} arrived once`),
      expectRecovery(timeline, stage.ringing()),
    ];
  },
};

const functionCrashes = (browser: Browser): Drill => ({
  name: 'A function crashes',
  fault: 'every run of the function `session` crashes',
  async run(stage) {
    const { timeline, system } = stage;
    await stage.inject('function:session', 'error');
    const use = async () => {
      for (let request = 0; request < 4; request++) await stage.customer.checkSession();
    };
    await stage.watch({ steps: 14, seconds: 10, use }, () =>
      timeline.has('phone', /^PAGE (Canary\/Failing|Functions\/Errors|Api\/Errors)/),
    );
    await stage.watch({ steps: 4, seconds: 60, use }, () => stage.suffering().includes('sessions') && timeline.has('incident', /Sessions/));
    const page = await readStatusPage(browser, system, await system.now());
    const client = await readAsClient(system);
    await stage.lift();
    await stage.watch({ steps: 12, seconds: 60 }, () => timeline.has('incident', /Sessions/, 'monitoring'));
    await system.pass(15);
    await stage.watch({ steps: 6, seconds: 60 }, () => timeline.has('incident', /Sessions/, 'resolved'));
    await stage.recover(3);
    return [
      expectPhone(timeline, /Canary\/Failing|Functions\/Errors|Api\/Errors/),
      expectCanary(timeline, await stage.canaryFailedAt()),
      expectIncident(timeline, /Sessions/, 'investigating'),
      expectComponent(timeline, 'sessions', limits.componentByIncidentSeconds),
      expectThat(
        'the status page in a browser says so: its heading, the component, the incident, fresh figures',
        page.heading !== 'All systems operational' &&
          page.open.some((title) => title.startsWith('Sessions')) &&
          !page.isOld &&
          page.complaints.length === 0,
        `"${page.heading}"; open: ${page.open.join(', ') || 'nothing'}; ${[page.age, ...page.complaints].join('; ')}`,
      ),
      expectThat(
        "a client of Statuspage's API reads it",
        client.faults.length === 0 && client.unresolved.some((name) => name.startsWith('Sessions')),
        client.faults[0] ?? `${client.documents} documents, unresolved: ${client.unresolved.join(', ')}`,
      ),
      expectIncident(timeline, /Sessions/, 'monitoring'),
      expectIncident(timeline, /Sessions/, 'resolved'),
      expectRecovery(timeline, stage.ringing()),
    ];
  },
});

const flood: Drill = {
  name: 'A flood',
  fault: 'one address sends some 1,300 sign-ins in each of two times five minutes',
  async run(stage) {
    const { timeline, system } = stage;
    const statuses: number[] = [];
    timeline.add('fault', '127.0.0.66', 'floods the sign-in', timeline.began);
    let bystander = 0;
    for (let burst = 0; burst < 2; burst++) {
      for (let requests = 0; requests < 1300; requests += 26) {
        const body = { email: 'nobody@customer.example', password: 'a guess' };
        const answers = await Promise.all(
          Array.from({ length: 26 }, () => system.ask('/v1/sign-in', { method: 'POST', body, from: '127.0.0.66' })),
        );
        statuses.push(...answers.map(({ status }) => status));
      }
      bystander = (await stage.customer.signIn()).status;
      await stage.look(180);
      await stage.look(120);
    }
    await stage.note('sign-in from another address', String(bystander));
    await stage.watch({ steps: 5, seconds: 60 }, () => timeline.has('phone', /^PAGE Edge\/BlockSurge/));
    timeline.add('recovery', 'the flood', 'is over', await system.now());
    await system.pass(15);
    await stage.recover(6);
    const reached = statuses.filter((status) => status !== 403 && status !== 429).length;
    const opened = timeline.moments.filter(({ kind }) => kind === 'incident');
    return [
      expectThat(
        'the edge refuses it before any function runs, but for what an address may',
        reached <= 200,
        `${reached} of ${statuses.length} requests reached a function`,
      ),
      expectThat('another address is served meanwhile', bystander === 200, `status ${bystander}`),
      expectThat(
        'an alarm says that it goes on',
        timeline.has('alarm', /Edge-(BlockSurge|RateLimitSurge)/),
        timeline.find('alarm', /Edge-/)?.subject ?? 'none rang',
      ),
      expectThat(
        'customers are told of no outage: there is none',
        opened.length === 0,
        opened.map(({ subject }) => subject).join(', ') || 'no incident',
      ),
    ];
  },
};

const everythingDown = (browser: Browser): Drill => ({
  name: 'Everything of ours is down',
  fault: 'DynamoDB and KMS fail, and every function crashes',
  async run(stage) {
    const { timeline, system } = stage;
    const { functions } = await system.read<{ functions: string[] }>('/api/system');
    for (const service of ['dynamodb', 'kms', ...functions.map((name) => `function:${name}`)]) await system.inject(service, 'error');
    timeline.add('fault', 'everything', 'fails', timeline.began);
    const use = async () => {
      for (let request = 0; request < 4; request++) await stage.customer.checkSession();
    };
    await stage.watch({ steps: 12, seconds: 10, use }, () => timeline.has('mailbox', /^ALARM/));
    // Until the page is old, and the second way has found out that the first one carries nothing.
    const isAllTold = () => timeline.has('phone', /OnCall-(PagerFailing|Late)/) && timeline.has('alarm', 'portiere-Status-Silent');
    await stage.watch({ steps: 9, seconds: 60, use }, isAllTold);
    const answers = await Promise.all(['/en/', '/it/', '/api/v2/summary.json', '/history.atom'].map((path) => system.askStatus(path)));
    const stale = await readStatusPage(browser, system, await system.now());
    const start = performance.now();
    const ops = ['ops/main.ts', 'status', 'publish', '--local', '--json', '--component', 'sign-in=major_outage'];
    await runOrFail('node', [...ops, '--incident', 'Nothing works. We know, and are at it.'], {
      env: { ...process.env, CONSOLE_PORT: String(system.consolePort) },
      timeoutSeconds: 60,
    });
    const publishMilliseconds = Math.round(performance.now() - start);
    const byHand = await readStatusPage(browser, system, await system.now());
    timeline.observe(await system.observe());
    const secondWay = timeline.secondsTo(timeline.find('phone', /OnCall-(PagerFailing|Late)/));
    await stage.lift();
    for (let minutes = 0; minutes < 6; minutes++) await stage.look(60);
    return [
      expectThat(
        'the status page answers all the same',
        answers.every(({ status }) => status === 200),
        answers.map(({ status }) => status).join(', '),
      ),
      expectThat('and says in a browser that nobody has written to it lately', stale.isOld, stale.age),
      expectThat(
        'an operator publishes by hand, with nothing of ours but the bucket',
        byHand.open.some((title) => title.startsWith('Nothing works')) && !byHand.isOld,
        `"${byHand.heading}"; open: ${byHand.open.join(', ') || 'nothing'}; in ${publishMilliseconds} ms`,
      ),
      expectMailbox(timeline),
      expectThat(
        `the second way tells the phones within ${limits.phoneSeconds} s that the first carries nothing`,
        secondWay !== undefined && secondWay <= limits.phoneSeconds,
        secondWay === undefined ? 'it did not' : `after ${secondWay} s`,
      ),
    ];
  },
});

/** In this order: each begins when the one before has recovered; the last leaves an incident behind that was written by hand. */
export function allDrills(browser: Browser): readonly Drill[] {
  return [storeDown, keyDenied, mailFails, functionCrashes(browser), flood, everythingDown(browser)];
}
