import { existsSync } from 'node:fs';
import path from 'node:path';
import { type AsvsRow, asvsLevels, asvsRows } from '../../contract/asvs.ts';
import { promises } from '../../contract/promises.ts';
import { findAsvsFaults } from '../../scripts/promises.ts';
import { projectDirectory } from '../../scripts/source.ts';

describe('the published list of the ASVS 5.0.0', () => {
  it('has its 345 requirements: 70 of level 1, 183 of level 2, 92 of level 3', () => {
    const levels = [...asvsLevels.values()];

    expect([1, 2, 3].map((level) => levels.filter((each) => each === level).length)).toEqual([70, 183, 92]);
    expect(asvsLevels.size).toBe(345);
  });

  it.each([
    ['V1.2.10', 3],
    ['V3.4.1', 1],
    ['V6.2.1', 1],
    ['V6.3.3', 2],
    ['V6.3.8', 3],
    ['V7.5.3', 3],
    ['V11.4.2', 2],
    ['V15.3.1', 1],
    ['V17.3.2', 2],
  ] as const)('has %s at level %i', (id, level) => {
    expect(asvsLevels.get(id)).toBe(level);
  });
});

describe('the rows of the ASVS table', () => {
  it('are at least 60, each about one requirement of the list, each once, in its order', () => {
    const ids = asvsRows.map(({ id }) => id);

    expect(ids.length).toBeGreaterThanOrEqual(60);
    expect(ids.filter((id) => !asvsLevels.has(id))).toEqual([]);
    expect(ids).toEqual([...asvsLevels.keys()].filter((id) => ids.includes(id)));
  });

  it('say something in both languages', () => {
    for (const row of asvsRows) {
      const why = row.state === 'deviates' ? [row.why.it, row.why.en] : [];
      for (const text of [row.it, row.en, ...why]) expect(text).toMatch(/^\S.{20,}\.$/s);
      expect(row.it).not.toBe(row.en);
    }
  });

  it('have evidence wherever they say that a requirement is met, and wherever a setting removes a deviation', () => {
    const bare = asvsRows.filter(
      (row) => (row.state === 'met' || (row.state === 'deviates' && row.remedy !== null)) && row.tests.length === 0,
    );

    expect(bare).toEqual([]);
  });

  it('name tests that are in the sources, word for word', () => {
    expect(findAsvsFaults()).toEqual([]);
  });

  it('are refused with a sentence when they name a test that nobody wrote, or a file that is not there', () => {
    const [row] = asvsRows.filter(({ id }) => id === 'V6.2.2');
    const faults = ['test/contract/asvs.test.ts', 'test/nowhere.test.ts'].flatMap((file) =>
      findAsvsFaults([{ ...row, tests: [[file, 'a claim']] } as AsvsRow]),
    );

    expect(faults).toEqual([
      'V6.2.2 of contract/asvs/ names a test that test/contract/asvs.test.ts does not have: a claim',
      'V6.2.2 of contract/asvs/ names a test that test/nowhere.test.ts does not have: a claim',
    ]);
  });

  it('name reports and promises that there are', () => {
    const reports = asvsRows.flatMap((row) => (row.state === 'met' ? (row.more ?? []) : []));

    expect(reports.filter(({ kind, name }) => kind !== 'report' || !existsSync(path.join(projectDirectory, name)))).toEqual([]);
    expect(asvsRows.filter(({ promise }) => promise !== undefined && !promises.some(({ id }) => id === promise))).toEqual([]);
  });

  it('record where the default configuration deviates: six characters, and a second factor that is a choice', () => {
    const remedies = asvsRows.flatMap((row) =>
      row.state === 'deviates' && row.remedy ? [[row.id, row.remedy.setting, ...row.remedy.values]] : [],
    );

    expect(remedies).toEqual(
      expect.arrayContaining([
        ['V6.2.1', 'passwordProfile', 'standard', 'strict'],
        ['V6.3.3', 'secondFactor.requiredFor', 'everyone'],
      ]),
    );
  });
});
