import * as fc from 'fast-check';
import { bodyHash, IDEMPOTENCY_KEY_FORM } from './idempotency-key';

describe('The hash of a body', () => {
  it('is the same whatever the order of the fields, at every depth', () => {
    expect(bodyHash({ a: 1, b: { c: 2, d: [{ e: 3, f: 4 }] } })).toBe(
      bodyHash({ b: { d: [{ f: 4, e: 3 }], c: 2 }, a: 1 }),
    );
  });

  it('is the same for a field that is absent and one that is undefined', () => {
    expect(bodyHash({ a: 1, b: undefined })).toBe(bodyHash({ a: 1 }));
  });

  it.each<[unknown, unknown]>([
    [{ a: 1 }, { a: 2 }],
    [{ a: 1 }, { a: '1' }],
    [{ a: null }, {}],
    [{ a: [1, 2] }, { a: [2, 1] }],
    [{ a: { b: 1 } }, { 'a.b': 1 }],
    [{ a: 'x,"b":1' }, { a: 'x', b: 1 }],
    [[], {}],
    [null, {}],
    ['', null],
    [{ a: [] }, { a: '' }],
  ])('tells %j from %j', (one, other) => {
    expect(bodyHash(one)).not.toBe(bodyHash(other));
  });

  it('tells any two bodies apart that JSON tells apart', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        const sorted = (value: unknown): string =>
          JSON.stringify(value, (_, field: unknown) =>
            field !== null && typeof field === 'object' && !Array.isArray(field)
              ? Object.fromEntries(Object.entries(field).toSorted(([a], [b]) => (a < b ? -1 : 1)))
              : field,
          );
        expect(bodyHash(one) === bodyHash(other)).toBe(sorted(one) === sorted(other));
      }),
    );
  });
});

describe('An Idempotency-Key', () => {
  it.each(['x', '7f0c2c1e-3c55-4a53-9a0c-0a4f7c3b8e11', '!~', 'k'.repeat(200)])(
    'may be %s',
    (key) => expect(key).toMatch(IDEMPOTENCY_KEY_FORM),
  );

  it.each(['', 'k'.repeat(201), 'two words', 'tab\t', 'ü', 'line\n', '\u007f'])(
    'may not be %j',
    (key) => expect(key).not.toMatch(IDEMPOTENCY_KEY_FORM),
  );
});
