import { attestationSubjects } from '../../contract/attestations.ts';
import { promises } from '../../contract/promises.ts';
import { collectTitledTests, findPromiseFaults, renderPromises } from '../../scripts/promises.ts';

describe('The promises of the security page', () => {
  it('are the 29 of the page, each once, in order', () => {
    const ids = promises.map((row) => row.id);

    expect(ids).toEqual(Array.from({ length: 29 }, (_, index) => `P${String(index + 1).padStart(2, '0')}`));
  });

  it.each(promises.map((row) => [row.id, row] as const))('%s says something in both languages, and what keeping it means', (_, row) => {
    const notYet = row.notYet ? [row.notYet.it, row.notYet.en] : [];
    for (const text of [row.it, row.en, row.how.it, row.how.en, row.keptMeans, ...notYet]) expect(text).toMatch(/^\S.{20,}\.$/s);

    expect(row.it).not.toBe(row.en);
    expect(`${row.it} ${row.en}`).not.toMatch(/callbell/i);
  });

  it('claim attestations for AWS, never for this product', () => {
    const attested = promises.filter((row) => /ISO 27001/.test(row.en));

    expect(attested.map((row) => row.id)).toEqual(['P10']);
    expect(`${attested[0]?.en} ${attested[0]?.it}`).not.toMatch(/we are certified|siamo certificati|siamo accreditati/i);
  });

  it('name what their evidence is, and say it when a part is not built', () => {
    for (const row of promises) {
      for (const evidence of row.evidence) expect(evidence.name.length).toBeGreaterThanOrEqual(10);
      if (row.evidence.length === 0) expect(row.notYet).toBeDefined();
    }
  });

  it('[P24] [P28] name the attestations of the register that are about them, each of which some promise waits for', () => {
    const named = promises.flatMap(({ id, evidence }) =>
      evidence.flatMap(({ kind, name }) => (kind === 'attestation' ? [[name, id]] : [])),
    );

    expect(Object.fromEntries(named)).toEqual(
      Object.fromEntries(Object.entries(attestationSubjects).map(([name, { promise }]) => [name, promise])),
    );
  });

  it('have the tests that they name, and no test names a promise that is not there', () => {
    expect(findPromiseFaults(collectTitledTests())).toEqual([]);
  });

  it('are refused with a sentence when they name tests that nobody wrote', () => {
    const rows = promises.filter((row) => row.id === 'P13');

    const faults = findPromiseFaults(new Map(), rows);

    expect(faults).toEqual(['P13 names tests as its evidence, but no test title carries [P13].']);
  });

  it('are refused when a test claims a promise that does not exist', () => {
    const tests = new Map([['P77', [{ file: 'test/x.test.ts', title: 'a claim' }]]]);

    expect(findPromiseFaults(tests, [])).toEqual(['test/x.test.ts carries [P77], but there is no such promise.']);
  });

  it('stay in the table as open when nothing backs them', () => {
    const rows = promises.filter((row) => row.id === 'P22').map((row) => ({ ...row, evidence: [] }));

    const table = renderPromises(new Map(), rows);

    expect(table).toMatch(/\| P22 \| .* \| \*\*open\*\* \|/);
  });
});
