import { useEffect, useRef, useState } from 'preact/hooks';
import type { AnswerOf } from '../../client/index.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import { api } from '../api.ts';
import { formatMoment } from '../format.ts';
import { useHallSpeech } from '../text/hall.ts';
import { ipBlockDictionaries } from '../text/ip-blocks.ts';
import { Field } from './field.tsx';
import { Form } from './form.tsx';
import { Section } from './section.tsx';
import { useForm } from './use-form.ts';

type IpBlockList = AnswerOf<'admin.ip-blocks.list'>;
type Kind = 'block' | 'unblock';

interface IpBlocksProps {
  /** Who looks. */
  readonly me: { readonly id: string; readonly email: string };
  readonly onDone: (sentence: string) => void;
  readonly onSignedOut: (error: unknown) => void;
}

const DAY = 86_400;
const { maximumSeconds, defaultSeconds } = securityPolicy.blocklist.byHand;
const units = { m: 60, h: 3600, d: DAY };
const reasonCharacters = { minimum: 3, maximum: 200 };
/** A block is in the list once the function behind the queue has taken it. */
const settlingMilliseconds = 3000;

/** @returns seconds; undefined for what is no time of ours */
function readTime(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,5})\s*([mhd])$/.exec(text.trim().toLowerCase()) ?? [];
  const seconds = Number(count) * units[(unit ?? 'm') as keyof typeof units];
  return seconds > 0 && seconds <= maximumSeconds ? seconds : undefined;
}

function useBlockText() {
  const { language } = useHallSpeech();
  return { text: ipBlockDictionaries[language], language };
}

interface ChangeProps extends Pick<IpBlocksProps, 'onSignedOut'> {
  readonly kind: Kind;
  readonly cidr: string;
  readonly onAsked: (cidr: string) => void;
  readonly onCancel?: () => void;
}

/** One form for both: what, for how long, why. */
function Change({ kind, cidr, onAsked, onCancel, onSignedOut }: ChangeProps) {
  const { text } = useBlockText();
  const form = useForm({
    validate: (values) => {
      const { length } = [...String(values.get('block-reason') ?? '').trim()];
      const isReason = length >= reasonCharacters.minimum && length <= reasonCharacters.maximum;
      return {
        ...(String(values.get('cidr')).trim() === '' ? { cidr: text.cidrMissing } : {}),
        ...(readTime(String(values.get('time'))) === undefined ? { time: text.timeWrong } : {}),
        ...(isReason ? {} : { 'block-reason': text.reasonWrong }),
      };
    },
    send: async (values) => {
      const seconds = readTime(String(values.get('time'))) ?? defaultSeconds;
      const asked = await api[`admin.ip-blocks.${kind}`]({
        cidr: String(values.get('cidr')).trim(),
        reason: String(values.get('block-reason')).trim(),
        until: new Date(Date.now() + seconds * 1000).toISOString(),
      });
      onAsked(asked.cidr);
    },
    locate: ({ code, fields }) => {
      if (code === 'conflict') return { cidr: text.ownAddress };
      return code === 'invalid_request' && fields.some(({ path }) => path === 'cidr') ? { cidr: text.cidrRefused } : undefined;
    },
    onSignedOut,
  });
  const isGiven = cidr !== '';
  useEffect(() => {
    if (isGiven) document.getElementById('block-reason')?.focus();
  }, [isGiven]);

  return (
    <Form
      form={form}
      label={isGiven ? text.unblockLabel(cidr) : text.title}
      submit={text[kind]}
      busy={text.busy}
      {...(onCancel && { cancel: { label: text.back, onCancel } })}
    >
      <Field name="cidr" label={text.cidr} type="text" autoComplete="off" hint={text.cidrHint} initial={cidr} error={form.errors.cidr} />
      <Field
        name="time"
        label={text.time}
        type="text"
        autoComplete="off"
        hint={text.timeHint(maximumSeconds / DAY)}
        initial={`${defaultSeconds / 3600}h`}
        error={form.errors.time}
      />
      <Field
        name="block-reason"
        label={text.reason}
        type="text"
        autoComplete="off"
        hint={text.reasonHint}
        error={form.errors['block-reason']}
      />
    </Form>
  );
}

function Rows({ list, me, onUnblock }: { list: IpBlockList; me: IpBlocksProps['me']; onUnblock: (cidr: string) => void }) {
  const { text, language } = useBlockText();
  const nameOf = (author: string) => (author === me.id ? me.email : author);
  return (
    <>
      {list.blocks.length === 0 ? (
        <p class="quiet">{text.none}</p>
      ) : (
        <ul class="rows">
          {list.blocks.map(({ cidr, kind, source, reason, author, until }) => (
            <li class="row" key={`${source} ${cidr}`}>
              <div class="row-main">
                <p class="row-title">
                  <span class="figures">{cidr}</span>
                  <span class="badge">{text.kinds[kind === 'unblock' ? 'unblock' : source]}</span>
                </p>
                <p class="row-detail">
                  <time class="figures" dateTime={until}>
                    {text.until(formatMoment(until, language))}
                  </time>
                  {source === 'hand' && <span>{text.author(nameOf(author))}</span>}
                </p>
                <p class="row-reason">{reason}</p>
              </div>
              {kind === 'block' && (
                <button class="button button-quiet" type="button" aria-label={text.unblockLabel(cidr)} onClick={() => onUnblock(cidr)}>
                  {text.unblock}
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {!list.isComplete && <p class="quiet">{text.incomplete}</p>}
      {list.history.length > 0 && (
        <div class="panel-part">
          <h3>{text.history}</h3>
          <ol class="rows">
            {list.history.map(({ id, type, at, cidr, author, reason }) => (
              <li class="row" key={id}>
                <div class="row-main">
                  <p class="row-title">
                    {text.events[type] ?? type} <span class="figures">{cidr}</span>
                  </p>
                  <p class="row-detail">
                    <time class="figures" dateTime={at}>
                      {formatMoment(at, language)}
                    </time>
                    {author !== '' && <span>{text.author(nameOf(author))}</span>}
                  </p>
                  <p class="row-reason">{reason}</p>
                </div>
              </li>
            ))}
          </ol>
        </div>
      )}
    </>
  );
}

/** Who is refused at the edge, for staff: look, block, unblock. */
export function IpBlocks({ me, onDone, onSignedOut }: IpBlocksProps) {
  const { text } = useBlockText();
  const [list, setList] = useState<IpBlockList>();
  const [chosen, setChosen] = useState<string>();
  const [turn, setTurn] = useState(0);
  const settling = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(settling.current), []);

  async function load(): Promise<void> {
    try {
      setList(await api['admin.ip-blocks.list']());
    } catch (error) {
      // The page says what went wrong, and leaves when the session has ended.
      onSignedOut(error);
    }
  }

  function back(): void {
    setChosen(undefined);
    document.getElementById('blocks')?.focus();
  }

  function asked(kind: Kind, cidr: string): void {
    onDone(text.asked[kind](cidr));
    back();
    // An empty form for the next one.
    setTurn(turn + 1);
    void load();
    clearTimeout(settling.current);
    settling.current = setTimeout(() => void load(), settlingMilliseconds);
  }

  return (
    <Section id="blocks" title={text.title} lead={text.lead}>
      {chosen === undefined ? (
        <Change key={turn} kind="block" cidr="" onAsked={(cidr) => asked('block', cidr)} onSignedOut={onSignedOut} />
      ) : (
        <Change
          key={chosen}
          kind="unblock"
          cidr={chosen}
          onAsked={(cidr) => asked('unblock', cidr)}
          onCancel={back}
          onSignedOut={onSignedOut}
        />
      )}
      {list !== undefined && <Rows list={list} me={me} onUnblock={setChosen} />}
      <div class="panel-foot tools">
        <button class="button button-quiet" type="button" onClick={() => void load()}>
          {list === undefined ? text.show : text.refresh}
        </button>
      </div>
    </Section>
  );
}
