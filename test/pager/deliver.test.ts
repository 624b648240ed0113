import type { Paging } from '../../contract/paging.ts';
import { deliver, type PagerPorts, RecentlySent, readTopicMessage } from '../../lambda/domain/pager/deliver.ts';

const heartbeatTopic = 'arn:aws:sns:eu-south-1:123456789012:PortiereApi-PagesHeartbeat-1';
const pageTopic = 'arn:aws:sns:eu-south-1:123456789012:PortiereMonitoring-OnCallPage-1';
const paging: Paging = {
  phonesTopicArn: 'arn:aws:sns:eu-south-1:123456789012:phones',
  runbookUrl: 'docs/runbook.md',
  dashboardUrl: 'https://console.example.com',
  heartbeat: { url: 'https://switch.example.com', topicArn: heartbeatTopic },
};

interface World {
  readonly ports: PagerPorts;
  readonly texts: string[];
  readonly beats: number[];
  readonly notes: string[];
  isRefusing: boolean;
  readonly sent: RecentlySent;
}

function world(): World {
  const made: World = {
    texts: [],
    beats: [],
    notes: [],
    isRefusing: false,
    sent: new RecentlySent(),
    ports: {
      paging,
      sendToPhones: async (text) => {
        if (made.isRefusing) throw new Error('refused');
        made.texts.push(text);
      },
      beat: async () => {
        if (made.isRefusing) throw new Error('refused');
        made.beats.push(1);
      },
      journal: { note: (_, event) => void made.notes.push(event) },
    },
  };
  return made;
}

const alarm = (change: object = {}) =>
  JSON.stringify({
    AlarmName: 'portiere-Kms-Denied',
    AlarmDescription: null,
    NewStateValue: 'ALARM',
    OldStateValue: 'OK',
    StateChangeTime: '2026-11-28T02:10:41.123+0000',
    ...change,
  });
const from = (topicArn: string, Message: string, MessageId = '1') =>
  readTopicMessage(JSON.stringify({ Type: 'Notification', TopicArn: topicArn, MessageId, Message }), 'queue-1');

describe('what reaches the on-call topic', () => {
  test('[P03] an alarm that begins and one that is over are told, each once', async () => {
    const { ports, texts, sent } = world();

    await deliver(ports, from(pageTopic, alarm(), '1'), sent);
    await deliver(ports, from(pageTopic, alarm({ NewStateValue: 'OK', OldStateValue: 'ALARM' }), '2'), sent);

    expect(texts.map((text) => text.split(' ')[0])).toEqual(['PAGE', 'OVER']);
  });

  test('[P03] a message that is delivered twice rings once', async () => {
    const { ports, texts, sent } = world();

    await deliver(ports, from(pageTopic, alarm(), 'same'), sent);
    await deliver(ports, from(pageTopic, alarm(), 'same'), sent);

    expect(texts).toHaveLength(1);
  });

  test('[P03] one that the phones did not take is told when it comes back', async () => {
    const made = world();
    made.isRefusing = true;

    await expect(deliver(made.ports, from(pageTopic, alarm()), made.sent)).rejects.toThrow('refused');
    made.isRefusing = false;
    await deliver(made.ports, from(pageTopic, alarm()), made.sent);

    expect(made.texts).toHaveLength(1);
  });

  test('where alarms start is no news: from no data to OK nobody is told, at a first deployment of all of them', async () => {
    const { ports, texts, sent } = world();

    await deliver(ports, from(pageTopic, alarm({ NewStateValue: 'OK', OldStateValue: 'INSUFFICIENT_DATA' })), sent);
    await deliver(ports, from(pageTopic, alarm({ NewStateValue: 'INSUFFICIENT_DATA', OldStateValue: 'OK' }), '2'), sent);

    expect(texts).toEqual([]);
  });

  test.each([
    ['text', 'the form has changed'],
    ['JSON of another kind', '{"note":1}'],
    ['an alarm without a time', alarm({ StateChangeTime: 'yesterday' })],
    ['an alarm without a name', alarm({ AlarmName: '' })],
    ['a list', '[]'],
  ])('[P03] what nobody can read rings all the same: %s', async (_, text) => {
    const { ports, texts, notes, sent } = world();

    await deliver(ports, from(pageTopic, text), sent);

    expect(texts).toEqual([expect.stringMatching(/^PAGE: a message to the on-call topic could not be read/)]);
    expect(notes).toEqual(['pager.unreadable']);
  });

  test('[P03] so does a message of the queue that no topic has wrapped', async () => {
    const { ports, texts, sent } = world();

    await deliver(ports, readTopicMessage('not even JSON', 'queue-1'), sent);

    expect(texts).toHaveLength(1);
  });
});

describe('the heartbeat', () => {
  test("[P03] reaches the dead-man's switch and no phone", async () => {
    const { ports, texts, beats, sent } = world();

    await deliver(ports, from(heartbeatTopic, '{"heartbeat":"2026-11-28T02:10:00Z"}'), sent);

    expect(beats).toHaveLength(1);
    expect(texts).toEqual([]);
  });

  test('that was not heard fails, and so comes to stand among the dead letters, which have an alarm', async () => {
    const made = world();
    made.isRefusing = true;

    await expect(deliver(made.ports, from(heartbeatTopic, '{}'), made.sent)).rejects.toThrow('refused');
  });
});

test('what was sent lately is forgotten in the end: memory stays small', () => {
  const sent = new RecentlySent();

  for (let index = 0; index < 500; index++) sent.add(String(index));

  expect([sent.has('0'), sent.has('299'), sent.has('300'), sent.has('499')]).toEqual([false, false, true, true]);
});
