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

test('[P10] the page says of each programme for how many services it is documented, and P10 is open until somebody has read the list of AWS', () => {
  const { accreditation, promises } = gather({});
  const row = promises.find(({ id }) => id === 'P10');
  const ofNone = accreditation.programmes.filter(({ documented }) => documented === 0).map(({ name }) => name);

  expect(accreditation.programmes.map(({ name }) => name)).toHaveLength(6);
  expect(ofNone).toEqual(['ENS High', 'IT-Grundschutz']);
  expect([row?.status === 'kept', row?.reasons.includes('not_attested')]).toEqual([false, true]);
  for (const { documented } of accreditation.programmes) expect(documented).toBeLessThan(accreditation.services.length);
});
