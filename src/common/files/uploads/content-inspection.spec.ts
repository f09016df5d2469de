import { createHash } from 'node:crypto';
import { ContentInspection } from './content-inspection';

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const PHOTO = latin1(`\xff\xd8\xff${'\x80'.repeat(500)}`);
const SOMETHING_ELSE = { code: 'UNSUPPORTED_MEDIA_TYPE' };

/** Looks at the chunks, one after the other, as at one file. */
function inspect(chunks: Buffer[], type: 'image/jpeg' | 'application/pdf' = 'image/jpeg') {
  const inspection = new ContentInspection(type, 1_000_000);
  for (const chunk of chunks) inspection.add(chunk);
  return inspection.end();
}

describe('What a document holds beside itself', () => {
  it.each(['<script', '<SVG ', '<!doctype html', '<?php', '%PDF-'])(
    'is found wherever %s is cut in two',
    (mark) => {
      const content = Buffer.concat([PHOTO, latin1(mark), PHOTO]);
      for (let cut = PHOTO.length - 1; cut <= PHOTO.length + mark.length; cut += 1) {
        expect(() => inspect([content.subarray(0, cut), content.subarray(cut)])).toThrow(
          expect.objectContaining(SOMETHING_ELSE),
        );
      }
      const singly = Array.from(content, (byte) => Buffer.from([byte]));
      expect(() => inspect(singly)).toThrow(expect.objectContaining(SOMETHING_ELSE));
    },
  );

  it.each([0, 1, 300, 65_535])('is found where an archive ends with a comment of %d', (length) => {
    const size = Buffer.alloc(2);
    size.writeUInt16LE(length);
    const end = Buffer.concat([latin1(`PK\x05\x06${'\0'.repeat(16)}`), size, Buffer.alloc(length)]);
    expect(() => inspect([PHOTO, end])).toThrow(expect.objectContaining(SOMETHING_ELSE));
    // The same bytes where no archive ends are chance.
    expect(() => inspect([end, PHOTO])).not.toThrow();
  });

  it('is nothing in a plain file: its length and digest are told, however it was cut', () => {
    const sha256 = createHash('sha256').update(PHOTO).digest('hex');
    for (const cut of [1, 16, 100]) {
      expect(inspect([PHOTO.subarray(0, cut), PHOTO.subarray(cut)])).toEqual({
        bytes: PHOTO.length,
        sha256,
      });
    }
  });

  it('a PDF begins once and ends', () => {
    const pdf = latin1('%PDF-1.7\n%%EOF\n');
    expect(inspect([pdf], 'application/pdf').bytes).toBe(pdf.length);
    expect(() => inspect([pdf.subarray(0, 9)], 'application/pdf')).toThrow(/not whole/);
  });
});
