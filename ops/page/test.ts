/** `page test`: an alarm made for it is put into the state ALARM, and takes the way of every other one. */
import { setTimeout as pause } from 'node:timers/promises';
import { CloudWatchClient, DescribeAlarmsCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { alarmName } from '../../contract/alarms.ts';
import { clientOptions } from '../../lambda/adapters/client-options.ts';
import { type Command, OperatorError, type Output } from '../command.ts';
import { describe, listContacts, regionOf } from './contacts.ts';
import { help, type PageOptions, readPageOptions } from './options.ts';

const reason = 'A test by `npm run ops -- page test`. Nothing is wrong.';
const attempts = 40;
const betweenMilliseconds = 250;

export const testCommand: Command = {
  async run(parameters, output) {
    const options = readPageOptions(parameters);
    if (options === undefined) return output.print(help);
    await (options.isLocal ? testLocally(options, output) : testInAws(options, output));
  },
};

function testId({ severity }: PageOptions): 'OnCall/PageTest' | 'OnCall/TicketTest' {
  return severity === 'page' ? 'OnCall/PageTest' : 'OnCall/TicketTest';
}

function testAlarm(options: PageOptions): string {
  return alarmName(testId(options));
}

async function testInAws(options: PageOptions, output: Output): Promise<void> {
  const region = regionOf(process.env);
  const name = testAlarm(options);
  const cloudWatch = new CloudWatchClient({ ...clientOptions, region });
  const { MetricAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: [name] }));
  const [alarm] = MetricAlarms;
  if (alarm === undefined) throw new OperatorError(`There is no alarm ${name} in ${region}: is AWS_REGION the region of the deployment?`);
  if (alarm.StateValue === 'ALARM') throw new OperatorError(`${name} rings already, from an earlier test: it is over within two minutes.`);
  await cloudWatch.send(new SetAlarmStateCommand({ AlarmName: name, StateValue: 'ALARM', StateReason: reason }));
  const contacts = await listContacts(region);
  if (options.json) output.print(JSON.stringify({ alarm: name, contacts }));
  else {
    output.print(`${name} rings. Now these must hear of it, and in about a minute that it is over:`);
    for (const contact of contacts) output.print(describe(contact));
  }
  const pending = contacts.filter(({ isConfirmed }) => !isConfirmed).length;
  if (pending > 0) throw new OperatorError(`${pending} subscriptions wait for their confirmation, and hear nothing.`);
}

interface Page {
  readonly id: string;
  readonly at: string;
  readonly protocol: string;
  readonly to: string;
  readonly message: string;
}

/** On the local system the command itself can see what reached the phone, and says so. */
async function testLocally(options: PageOptions, output: Output): Promise<void> {
  const name = testAlarm(options);
  const before = new Set((await ask<Page[]>('GET', '/api/pages')).map(keyOf));
  await ask('POST', '/api/alarms', { name, state: 'ALARM', reason });
  let arrived: Page[] = [];
  let expected = new Set<string>();
  for (let attempt = 0; attempt < attempts; attempt++) {
    // Other alarms may ring at the same moment: they prove nothing about this one.
    arrived = (await ask<Page[]>('GET', '/api/pages')).filter((page) => !before.has(keyOf(page)) && isAbout(options, page));
    const reached = new Set(arrived.map(({ protocol }) => protocol));
    // Mail comes straight from the topic; the phone's text takes the way by queue and function.
    if (options.severity === 'page' ? reached.has('sms') : reached.size > 0) break;
    expected = reached;
    await pause(betweenMilliseconds);
  }
  if (arrived.length === 0) throw new OperatorError(`${name} was set off, and nothing reached a phone or a mailbox: see the console.`);
  if (options.json) output.print(JSON.stringify({ alarm: name, reached: arrived }));
  else for (const { protocol, to, at, message } of arrived) output.print(`${protocol} ${to} at ${at}\n${indent(message)}`);
  if (options.severity === 'page' && !arrived.some(({ protocol }) => protocol === 'sms')) {
    throw new OperatorError(`${name} was set off, and reached ${[...expected].join(', ')} but no phone.`);
  }
}

/** By CloudWatch's name of the alarm in a mail, by its id in a text message. */
function isAbout(options: PageOptions, { message }: Page): boolean {
  return message.includes(testAlarm(options)) || message.includes(testId(options));
}

function keyOf({ id, protocol, to }: Page): string {
  return `${id} ${protocol} ${to}`;
}

function indent(message: string): string {
  return message.replace(/^/gm, '  ');
}

async function ask<Answer>(method: string, path: string, body?: object): Promise<Answer> {
  const port = process.env.CONSOLE_PORT || '8025';
  const options = { method, ...(body ? { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } } : {}) };
  const response = await fetch(`http://127.0.0.1:${port}${path}`, options).catch(() => undefined);
  if (response === undefined) {
    throw new OperatorError(`No local system answers on console port ${port}: start it with npm start, or set CONSOLE_PORT.`);
  }
  const answer = (await response.json()) as Answer & { error?: string };
  if (!response.ok) throw new OperatorError(`The local system refused: ${answer.error ?? response.status}.`);
  return answer;
}
