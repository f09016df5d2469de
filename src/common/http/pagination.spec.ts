import * as fc from 'fast-check';
import { DomainError } from '../errors/domain-error';
import { decodeCursor, encodeCursor, toPage } from './pagination';

const HEX = '6561f0a4c2b6a1d2e3f40516';
const cursorOf = (value: unknown): string =>
  Buffer.from(JSON.stringify(value)).toString('base64url');

describe('A cursor', () => {
  it('gives back what it was made of', () => {
    const values = [HEX, 1200.5, '2026-11-22T10:15:30.000Z'];
    expect(decodeCursor(encodeCursor(values), ['id', 'number', 'date'])).toEqual(values);
  });

  it.each([
    ['no base64', '%%%'],
    ['no JSON', Buffer.from('nonsense').toString('base64url')],
    ['no list', cursorOf({ length: 1, 0: HEX })],
    ['too few values', cursorOf([])],
    ['too many values', cursorOf([HEX, HEX])],
    ['no id', cursorOf(['zzzzzzzzzzzzzzzzzzzzzzzz'])],
    ['a short id', cursorOf(['6561f0a4c2b6'])],
    ['an operator instead of an id', cursorOf([{ $gt: '' }])],
    ['a number instead of an id', cursorOf([12])],
    ['null', cursorOf([null])],
  ])('with %s is refused as INVALID_CURSOR', (_, cursor) => {
    expect(() => decodeCursor(cursor, ['id'])).toThrow(
      expect.objectContaining({ code: 'INVALID_CURSOR' }) as DomainError,
    );
  });

  it.each([['1'], [null], ['NaN'], [[1]]])('takes no %j for a number', (value) => {
    expect(() => decodeCursor(cursorOf([value]), ['number'])).toThrow(DomainError);
  });

  it('made up at random is refused, never an error of ours', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (cursor) => {
        expect(() => decodeCursor(cursor, ['id', 'number'])).toThrow(DomainError);
      }),
    );
  });
});

describe('A page', () => {
  const rows = [1, 2, 3, 4, 5];
  const page = (limit: number) =>
    toPage(
      rows.slice(0, limit + 1),
      limit,
      (row) => [row],
      (row) => row * 10,
    );

  it('holds as many rows as asked for, and points behind the last of them', () => {
    expect(page(2)).toEqual({ items: [10, 20], nextCursor: encodeCursor([2]) });
  });

  it('is the last when no further row was read', () => {
    expect(page(5)).toEqual({ items: [10, 20, 30, 40, 50], nextCursor: null });
  });

  it('of nothing is empty and the last', () => {
    expect(
      toPage(
        [],
        20,
        () => [],
        () => 1,
      ),
    ).toEqual({ items: [], nextCursor: null });
  });
});
