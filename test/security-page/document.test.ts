import { parseConfig } from '../../lib/config.ts';
import { gatherSecurityDocument } from '../../lib/security-page/document.ts';
import { minimalConfig } from '../infra/synthesize.ts';

const gather = (more: object) => gatherSecurityDocument(new Map(), parseConfig({ ...minimalConfig, ...more })).document;

test('[P24] [P26] what the page says depends on the configuration that is synthesized', () => {
  const [plain, chosen] = [gather({}), gather({ guardrails: {}, passwordProfile: 'strict', secondFactor: { requiredFor: 'everyone' } })];

  const guardrails = [plain, chosen].map(({ promises }) =>
    ['P24', 'P26'].map((id) => {
      const promise = promises.find((each) => each.id === id);
      return [promise?.reasons.includes('switched_off'), promise?.evidence.find(({ kind }) => kind === 'setting')?.result];
    }),
  );
  const deviations = [plain, chosen].map(({ asvs }) => asvs.requirements.filter(({ deviation }) => deviation?.remedy).map(({ id }) => id));

  expect(guardrails).toEqual([
    [
      [true, 'off'],
      [true, 'off'],
    ],
    [
      [false, 'passed'],
      [false, 'passed'],
    ],
  ]);
  expect(deviations).toEqual([['V6.2.1', 'V6.3.3', 'V7.5.2'], []]);
});
