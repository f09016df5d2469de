import { payloadProblem } from './payload-form';

const parsed = (text: string): unknown => JSON.parse(text);

describe('The form of a payload', () => {
  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['text', 'hello'],
    ['an object', { type: 'medical', location: { latitude: 1, longitude: 1 } }],
    ['a list', [{ a: 1 }, [2]]],
    ['bytes', Buffer.alloc(10_000)],
    ['an object without prototype', Object.assign(Object.create(null), { a: 1 })],
  ])('%s is fine', (_, payload) => {
    expect(payloadProblem(payload)).toBeNull();
  });

  it.each([
    ['__proto__', '{"__proto__":{"role":"admin"}}'],
    ['__proto__', '{"a":[{"b":{"__proto__":1}}]}'],
    ['constructor', '{"a":{"constructor":{"prototype":{"role":"admin"}}}}'],
    // A check for unknown fields that looks them up finds these on every object.
    ['toString', '{"type":"medical","toString":1}'],
    ['constructor', '{"constructor":"Smith & Sons"}'],
  ])('%s in %s is refused by name', (field, text) => {
    expect(payloadProblem(parsed(text))?.field).toBe(field);
  });

  it('nesting without end is refused, and does not run out of stack', () => {
    const depth = 40_000;
    const text = `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
    expect(payloadProblem(parsed(text))?.rule).toMatch(/deep/);
  });

  it('a long list is no deep one', () => {
    expect(payloadProblem(Array.from({ length: 2000 }, () => ({})))).toBeNull();
  });

  it('more values than any form of ours has are refused, in one list or in many', () => {
    const many = Array.from({ length: 2001 }, () => ({}));
    const parts = Array.from({ length: 60 }, () => ({ slots: Array.from({ length: 40 }) }));
    for (const payload of [many, { slots: many }, { exceptions: parts }]) {
      expect(payloadProblem(payload)?.rule).toMatch(/more than 2000 values/);
    }
  });
});
