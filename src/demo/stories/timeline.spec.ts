import type { TimelineEvent } from '../client/contract';
import { replay } from './timeline';

/** A timeline from short notes: the type, and the data where it matters. */
function timeline(...notes: [type: string, data?: unknown][]): TimelineEvent[] {
  return notes.map(([type, data = {}], index) => ({
    id: String(index),
    kind: 'emergency',
    subjectId: 'e',
    seq: index + 1,
    at: '2026-11-22T10:15:30.000Z',
    type,
    actor: { id: null, role: 'system' },
    data,
  }));
}

const CREATED = ['emergency.created'] as [string];
const joined = (id: string): [string, unknown] => ['helper.joined', { helper: { id } }];
const left = (id: string): [string, unknown] => ['helper.left', { helper: { id } }];
const moved = (from: string, to: string): [string, unknown] => [
  'emergency.status_changed',
  { from, to },
];
const RESOLVED = ['emergency.resolved', { outcome: 'helped' }] as [string, unknown];

describe('replaying a timeline', () => {
  it('finds nothing wrong with one that adds up', () => {
    const events = timeline(
      CREATED,
      joined('a'),
      moved('active', 'responding'),
      left('a'),
      moved('responding', 'active'),
      joined('b'),
      moved('active', 'responding'),
      RESOLVED,
    );
    expect(replay(events)).toEqual({ status: 'resolved', present: ['b'], problems: [] });
  });

  it.each([
    ['a gap', timeline(CREATED, joined('a'), moved('active', 'responding')).toSpliced(1, 1)],
    ['no creation', timeline(RESOLVED)],
    ['a second creation', timeline(CREATED, CREATED)],
    [
      'a second move to responding',
      timeline(
        CREATED,
        joined('a'),
        moved('active', 'responding'),
        joined('b'),
        moved('active', 'responding'),
      ),
    ],
    ['responding with nobody there', timeline(CREATED, moved('active', 'responding'))],
    [
      'active again with somebody there',
      timeline(CREATED, joined('a'), moved('active', 'responding'), moved('responding', 'active')),
    ],
    ['an event after the end', timeline(CREATED, RESOLVED, joined('a'))],
  ])('names the contradiction in one with %s', (_, events) => {
    expect(replay(events).problems).not.toEqual([]);
  });
});
