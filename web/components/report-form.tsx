import { useState } from 'preact/hooks';
import { cvssVector } from '../../contract/cvss-vector.ts';
import { vulnerabilityReports } from '../../contract/policy/disclosure.ts';
import { api } from '../api.ts';
import { useHallSpeech } from '../text/hall.ts';
import { reportDictionaries } from '../text/report.ts';
import { Field } from './field.tsx';
import { Form } from './form.tsx';
import { Section } from './section.tsx';
import { TextArea } from './text-area.tsx';
import { checkEmail, type FieldErrors, useForm } from './use-form.ts';

const policy = vulnerabilityReports;
type Input = Parameters<(typeof api)['reports.file']>[0];

const most = {
  title: policy.titleCodePoints,
  asset: policy.assetCodePoints,
  steps: policy.stepsCodePoints,
  impact: policy.impactCodePoints,
  credit: policy.creditCodePoints,
  pgpKey: policy.pgpKeyCodePoints,
} as const;
const needed = ['title', 'asset', 'steps', 'impact'] as const;
const optional = ['weakness', 'cvss', 'contact', 'credit', 'pgpKey'] as const;

/** The form of a report. Sent twice, after an answer that got lost, it is the same report: the key says so. */
export function ReportForm({ onFiled }: { onFiled: (token: string) => void }) {
  const { text: common, language } = useHallSpeech();
  const text = reportDictionaries[language].form;
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const read = (values: FormData, name: string) => String(values.get(name) ?? '').trim();

  function validate(values: FormData): FieldErrors {
    const errors: Record<string, string> = {};
    for (const [name, limit] of Object.entries(most)) if ([...read(values, name)].length > limit) errors[name] = text.tooLong(limit);
    for (const name of needed) if (read(values, name) === '') errors[name] = text.missing;
    const [weakness, cvss, contact] = [read(values, 'weakness'), read(values, 'cvss'), read(values, 'contact')];
    if (weakness !== '' && !/^CWE-[1-9]\d{0,4}$/.test(weakness)) errors.weakness = text.weaknessInvalid;
    if (cvss !== '' && !cvssVector.test(cvss)) errors.cvss = text.cvssInvalid;
    return { ...errors, ...(contact === '' ? {} : checkEmail(values, common.fields, 'contact')) };
  }
  const form = useForm({
    validate,
    send: async (values) => {
      const given = [...needed, ...optional].map((name) => [name, read(values, name)] as const).filter(([, value]) => value !== '');
      const wish = values.get('disclosure') === null ? {} : { disclosure: true };
      const { trackingToken } = await api['reports.file']({
        ...Object.fromEntries(given),
        ...wish,
        locale: language,
        idempotencyKey,
      } as Input);
      onFiled(trackingToken);
    },
    locate: ({ code, fields }) => {
      if (code !== 'invalid_request') return undefined;
      const located = fields.map(({ path }) => [path, path === 'pgpKey' ? text.pgpKeyInvalid : text.refused] as const);
      return located.length === 0 ? undefined : { ...Object.fromEntries(located), ...contactError(fields) };
    },
    describe: ({ code }) => {
      if (code === 'payload_too_large') return text.tooLarge;
      return code === 'unavailable' || code === 'rate_limited' ? text.overloaded : undefined;
    },
  });
  function contactError(fields: readonly { readonly path: string }[]): FieldErrors {
    return fields.some(({ path }) => path === 'contact') ? { contact: common.fields.emailInvalid } : {};
  }
  const line = (name: 'title' | 'asset' | 'weakness' | 'cvss' | 'credit', label: string, hint: string, isOptional: boolean) => (
    <Field name={name} label={label} type="text" autoComplete="off" hint={hint} error={form.errors[name]} isOptional={isOptional} />
  );

  return (
    <Section id="form" title={text.title} lead={text.lead}>
      <Form form={form} label={text.title} submit={text.submit} busy={text.busy}>
        {line('title', text.name, text.nameHint, false)}
        {line('asset', text.asset, text.assetHint, false)}
        <TextArea name="steps" label={text.steps} hint={text.stepsHint} error={form.errors.steps} rows={8} />
        <TextArea name="impact" label={text.impact} hint={text.impactHint} error={form.errors.impact} />
        <h3>{text.optional}</h3>
        {line('weakness', text.weakness, text.weaknessHint, true)}
        {line('cvss', text.cvss, text.cvssHint, true)}
        <Field
          name="contact"
          label={text.contact}
          type="email"
          autoComplete="email"
          hint={text.contactHint}
          error={form.errors.contact}
          isOptional
        />
        {line('credit', text.credit, text.creditHint, true)}
        <TextArea name="pgpKey" label={text.pgpKey} hint={text.pgpKeyHint} error={form.errors.pgpKey} isOptional />
        <label class="check">
          <input type="checkbox" name="disclosure" />
          <span>{text.disclosure}</span>
        </label>
      </Form>
    </Section>
  );
}
