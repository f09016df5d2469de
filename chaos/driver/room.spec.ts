import type { ServerEvent } from '../../src/demo/client/contract';
import { Room } from './room';

function event(seq: number | null, id = `id-${seq}`): ServerEvent {
  return { id, kind: 'emergency', subjectId: 'sos', seq, at: '', data: {} };
}

describe('What a client holds of a timeline', () => {
  it('is in the order of the numbers, whatever the order of arrival', () => {
    const room = new Room('sos');
    expect(room.take('emergency.created', event(1))).toBe(false);
    expect(room.take('helper.status_changed', event(3))).toBe(true);
    expect(room.last).toBe(1);
    expect(room.take('helper.joined', event(2))).toBe(false);
    expect(room.applied).toEqual(['id-1', 'id-2', 'id-3']);
  });

  it('holds an event once, and counts what came again', () => {
    const room = new Room('sos');
    room.take('emergency.created', event(1));
    room.take('emergency.created', event(1));
    expect(room.applied).toEqual(['id-1']);
    expect(room.duplicates).toBe(1);
    expect(room.problems).toEqual([]);
  });

  it('tells of two events with one number', () => {
    const room = new Room('sos');
    room.take('emergency.created', event(1));
    room.take('emergency.created', event(1, 'other'));
    expect(room.problems).toEqual(['number 1 came as other, held is id-1']);
  });

  it('is complete once the end has its place', () => {
    const room = new Room('sos');
    room.take('emergency.created', event(1));
    room.take('emergency.resolved', event(3));
    expect(room.closed).toBe(false);
    room.take('emergency.status_changed', event(2));
    expect(room.closed).toBe(true);
  });
});
