/** What CloudWatch tells a topic of an alarm (Amazon CloudWatch User Guide, "Notifying users on alarm changes"). */
import { pageMessage } from '../../../contract/paging.ts';

export interface AlarmMessage {
  readonly name: string;
  readonly state: 'ALARM' | 'OK' | 'INSUFFICIENT_DATA';
  readonly before: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly description: string;
}

/** @returns undefined when it is none: whoever is on call must hear of it all the same */
export function readAlarmMessage(text: string): AlarmMessage | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { data } = pageMessage.safeParse(parsed);
  if (data === undefined) return undefined;
  // `+0000` is ISO 8601 in the basic form, which Date doesn't promise to read.
  const at = Date.parse(data.StateChangeTime.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  if (Number.isNaN(at)) return undefined;
  return {
    name: data.AlarmName,
    state: data.NewStateValue,
    before: data.OldStateValue ?? '',
    at,
    description: data.AlarmDescription ?? '',
  };
}
