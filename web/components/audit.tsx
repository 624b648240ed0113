import { useState } from 'preact/hooks';
import type { AnswerOf, InputOf } from '../../client/index.ts';
import { api } from '../api.ts';
import { formatMoment } from '../format.ts';
import { auditDictionaries } from '../text/audit.ts';
import { useHallSpeech } from '../text/hall.ts';
import { ipBlockDictionaries } from '../text/ip-blocks.ts';
import { Field } from './field.tsx';
import { Form } from './form.tsx';
import { Section } from './section.tsx';
import { useForm } from './use-form.ts';

type Acts = AnswerOf<'admin.audit.list'>['acts'];
type Asked = Omit<InputOf<'admin.audit.find'>, 'before'>;

interface AuditProps {
  /** Who looks. */
  readonly me: { readonly id: string; readonly email: string };
  readonly onDone: (sentence: string) => void;
  readonly onSignedOut: (error: unknown) => void;
}

const longest = 200;

function readAsked(values: FormData): Asked {
  const actor = String(values.get('actor') ?? '').trim();
  const target = String(values.get('target') ?? '').trim();
  return { ...(actor !== '' && { actor }), ...(target !== '' && { target }) };
}

/** What staff and operators did, for staff: by whom, to whom, page after page. */
export function Audit({ me, onDone, onSignedOut }: AuditProps) {
  const { text: common, language } = useHallSpeech();
  const text = auditDictionaries[language];
  const names: Record<string, string> = { ...common.events, ...ipBlockDictionaries[language].events, ...text.acts };
  const [acts, setActs] = useState<Acts>();
  const [asked, setAsked] = useState<Asked>({});
  const [before, setBefore] = useState<string | null>(null);
  const nameOf = (actor: string) => (actor === me.id ? me.email : actor);

  async function load(filter: Asked, older?: { readonly acts: Acts; readonly before: string }): Promise<void> {
    const isPlain = Object.keys(filter).length === 0 && older === undefined;
    const found = isPlain
      ? await api['admin.audit.list']()
      : await api['admin.audit.find']({ ...filter, ...(older && { before: older.before }) });
    const all = [...(older?.acts ?? []), ...found.acts];
    setAsked(filter);
    setActs(all);
    setBefore(found.before);
    onDone(all.length === 0 ? text.none : text.shown(all.length));
  }

  const form = useForm({
    validate: (values) =>
      Object.fromEntries(
        ['actor', 'target'].filter((name) => String(values.get(name)).length > longest).map((name) => [name, text.tooLong]),
      ),
    send: async (values) => load(readAsked(values)),
    onSignedOut,
  });

  return (
    <Section id="audit" title={text.title} lead={text.lead}>
      <Form form={form} label={text.formLabel} submit={text.show} busy={text.busy}>
        <Field name="actor" label={text.by} type="text" autoComplete="off" hint={text.byHint} error={form.errors.actor} />
        <Field name="target" label={text.to} type="text" autoComplete="off" hint={text.toHint} error={form.errors.target} />
      </Form>
      {acts?.length === 0 && <p class="quiet">{text.none}</p>}
      {acts !== undefined && acts.length > 0 && (
        <ol class="rows">
          {acts.map(({ id, at, actor, act, target, reason }) => (
            <li class="row" key={id}>
              <div class="row-main">
                <p class="row-title">
                  {names[act] ?? act} {target !== '' && <span class="figures">{target}</span>}
                </p>
                <p class="row-detail">
                  <time class="figures" dateTime={at}>
                    {formatMoment(at, language)}
                  </time>
                  <span>{text.author(nameOf(actor))}</span>
                </p>
                {reason !== '' && <p class="row-reason">{reason}</p>}
              </div>
            </li>
          ))}
        </ol>
      )}
      {acts !== undefined && before !== null && (
        <div class="panel-foot tools">
          <button class="button button-quiet" type="button" onClick={() => void load(asked, { acts, before }).catch(onSignedOut)}>
            {text.older}
          </button>
        </div>
      )}
    </Section>
  );
}
