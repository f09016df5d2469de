import { wantsHtml } from './wants-html';

describe('HTML is wanted', () => {
  it.each([
    ['by browsers', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', true],
    ['by whoever names it alone', 'text/html', true],
    ['by whoever likes both the same', 'application/json, text/html', true],
    ['not by whoever would rather have JSON', 'text/html;q=0.5, application/json', false],
    ['not by whoever refuses it', 'text/html;q=0, */*', false],
    ['not by whoever takes anything', '*/*', false],
    ['not by whoever says nothing', undefined, false],
    ['not by whoever weighs it in words', 'text/html;q=much', false],
  ])('%s', (_, accept, wanted) => {
    expect(wantsHtml(accept)).toBe(wanted);
  });
});
