import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { IsTags } from './is-tags.decorator';

class Tagged {
  @IsTags()
  tags: string[];
}

const read = (tags: unknown): { tags: string[]; valid: boolean } => {
  const instance = plainToInstance(Tagged, { tags });
  return { tags: instance.tags, valid: validateSync(instance).length === 0 };
};

describe('Tags', () => {
  it.each<[string[], string[]]>([
    [[], []],
    [['Maths'], ['maths']],
    [
      ['  C++ ', 'C#', 'node.js'],
      ['c++', 'c#', 'node.js'],
    ],
    [['grade  5', 'Grade 5', 'ＧＲＡＤＥ 5'], ['grade 5']],
    [
      ['Ünterricht', '日本語'],
      ['ünterricht', '日本語'],
    ],
  ])('%j are kept as %j: in one spelling, each once', (given, kept) => {
    expect(read(given)).toEqual({ tags: kept, valid: true });
  });

  it.each([
    ['more than ten', Array.from({ length: 11 }, (_, index) => `tag ${index}`)],
    ['an empty one', ['maths', '   ']],
    ['a long one', ['x'.repeat(31)]],
    ['something else than text', ['maths', 5]],
    ['an operator', [{ $gt: '' }]],
    ['no list', 'maths'],
    ['nothing', null],
    ['markup', ['<b>']],
    ['a NUL', ['a\u0000b']],
  ])('with %s are refused', (_, given) => {
    expect(read(given).valid).toBe(false);
  });

  it('counts what is left when the repeated ones are gone', () => {
    expect(read(Array.from({ length: 30 }, () => 'Maths'))).toEqual({
      tags: ['maths'],
      valid: true,
    });
  });
});
