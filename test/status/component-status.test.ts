import type { Maintenance } from '../../contract/incidents.ts';
import { computeIndicator, decideComponentStatus } from '../../lambda/domain/status/component-status.ts';
import type { MinuteState } from '../../lambda/domain/status/minutes.ts';
import { outage, past, planned, snapshotWith } from './snapshot.ts';

const up: MinuteState[] = ['up', 'up', 'up', 'up', 'up'];
const underWay: Maintenance = { ...planned, status: 'in_progress' };

describe('How a component stands', () => {
  test('[P04] is what an open incident says of it, and of no other', () => {
    expect(decideComponentStatus('sign-in', [outage, past], [], up)).toBe('major_outage');
    expect(decideComponentStatus('mail', [outage], [], up)).toBe('operational');
  });

  test('[P04] is its own business again when the incident is resolved', () => {
    expect(decideComponentStatus('sign-in', [{ ...outage, status: 'resolved' }, past], [], up)).toBe('operational');
  });

  test('[P04] is said by its figures when nobody has said anything yet', () => {
    expect(decideComponentStatus('mail', [], [], ['up', 'up', 'down', 'down', 'down'])).toBe('partial_outage');
    expect(decideComponentStatus('mail', [], [], ['down', 'down', 'down', 'down', 'down'])).toBe('major_outage');
    expect(decideComponentStatus('mail', [], [], ['up', 'up', 'degraded', 'degraded', 'down'])).toBe('degraded_performance');
  });

  test('is not changed by one bad minute, nor by minutes that nobody measured', () => {
    expect(decideComponentStatus('mail', [], [], ['up', 'down', 'up', 'up', 'up'])).toBe('operational');
    expect(decideComponentStatus('mail', [], [], ['none', 'none', 'none', 'none', 'none'])).toBe('operational');
  });

  test('[P04] is under maintenance while announced work is under way, whatever its figures say', () => {
    expect(decideComponentStatus('mail', [], [planned], up)).toBe('operational');
    expect(decideComponentStatus('mail', [], [underWay], ['down', 'down', 'down', 'down', 'down'])).toBe('under_maintenance');
    expect(decideComponentStatus('mail', [], [{ ...underWay, status: 'completed' }], up)).toBe('operational');
  });

  test('[P04] is an outage during maintenance if somebody says so', () => {
    const incident = { ...outage, components: [{ component: 'mail' as const, status: 'partial_outage' as const }] };

    expect(decideComponentStatus('mail', [incident], [underWay], up)).toBe('partial_outage');
  });
});

describe('The indicator of the whole', () => {
  const allGood = snapshotWith().components.map((component) => ({ ...component, status: 'operational' as const }));

  test('[P04] is the worst of the components and of what open incidents do to people', () => {
    expect(computeIndicator({ components: allGood, incidents: [past] })).toBe('none');
    expect(computeIndicator({ components: allGood, incidents: [{ ...outage, impact: 'minor' }] })).toBe('minor');
    expect(computeIndicator(snapshotWith({ incidents: [] }))).toBe('critical');
  });

  test('is maintenance when that is all there is', () => {
    const components = allGood.map((component) =>
      component.id === 'mail' ? { ...component, status: 'under_maintenance' as const } : component,
    );

    expect(computeIndicator({ components, incidents: [] })).toBe('maintenance');
  });
});
