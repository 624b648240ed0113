/** A text message for somebody who was asleep: what, since when, how bad, and where to read on. */
import { readAlarmName } from '../../../contract/alarms.ts';
import { components } from '../../../contract/components.ts';
import { type Paging, runbookAnchor } from '../../../contract/paging.ts';
import type { AlarmMessage } from './alarm-message.ts';
import { cutToPlaces, toGsm7 } from './gsm7.ts';

/** What a locked screen shows, and any network takes for one part: the news stands in it, the links behind it. */
const firstPlaces = 140;

type Links = Pick<Paging, 'runbookUrl' | 'dashboardUrl'>;

export function wordAlarm(message: AlarmMessage, { runbookUrl, dashboardUrl }: Links): string {
  const named = readAlarmName(message.name);
  const title = named === undefined ? message.name : [named.id, named.suffix].filter(Boolean).join(' ');
  const time = `${new Date(message.at).toISOString().slice(11, 16)} UTC`;
  if (message.state === 'OK') return toGsm7(cutToPlaces(`OVER ${title} at ${time}.`, firstPlaces));
  const severity = (named?.definition.severity ?? 'page').toUpperCase();
  const suffers = named?.component === undefined ? '' : `, ${components[named.component].name.en} suffers`;
  // The alarm's own description ends with its links, which stand below.
  const means = named?.definition.means ?? message.description;
  const news = cutToPlaces(toGsm7(`${severity} ${title} since ${time}${suffers}. ${means}`).replaceAll('\n', ' '), firstPlaces);
  const anchor = named === undefined ? '' : `#${runbookAnchor(named.id)}`;
  return [news, toGsm7(`Do: ${runbookUrl}${anchor}`), toGsm7(`See: ${dashboardUrl}`)].join('\n');
}

/** Something reached the topic that is no alarm: it may be one whose form has changed, so the phone rings all the same. */
export function wordUnreadable(text: string, { dashboardUrl }: Links): string {
  const start = toGsm7(text).replaceAll('\n', ' ').trim();
  return `${cutToPlaces(`PAGE: a message to the on-call topic could not be read. It begins: ${start}`, firstPlaces)}\nSee: ${toGsm7(dashboardUrl)}`;
}
