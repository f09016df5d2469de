import { createHash } from 'node:crypto';
import { DomainError } from '../../errors/domain-error';
import type { DocumentType } from './file-type';

/**
 * What makes a file something else too, to a program that looks for its own beginning anywhere in it: a page with scripts, or a
 * PDF inside a picture. By chance five bytes like these stand in one of some ten thousand photographs.
 */
const PAGE = /<(?:script|html|iframe|!doctype html|\?php|svg[\s>])/i;
const PDF = '%PDF-';
/** As long as the longest of them: one may lie across two chunks. */
const OVERLAP = 16;

/** The record that ends a ZIP archive, which is read from its end: so many bytes, and a comment of up to 65,535. */
const ZIP_END = 'PK\x05\x06';
const ZIP_END_BYTES = 22;
const TAIL_BYTES = 65_535 + ZIP_END_BYTES;
/** Readers look for the end of a PDF in so many last bytes (ISO 32000-1, annex H.3.18). */
const PDF_END_WITHIN = 1024;

/** Looks at a document as it streams by; nothing of it is kept. */
export class ContentInspection {
  private readonly hash = createHash('sha256');
  private bytes = 0;
  private tail = '';

  constructor(
    private readonly type: DocumentType,
    private readonly mostBytes: number,
  ) {}

  /** @throws DomainError PAYLOAD_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE */
  add(chunk: Buffer): void {
    const isFirst = this.bytes === 0;
    this.bytes += chunk.length;
    if (this.bytes > this.mostBytes) throw tooLarge(this.mostBytes);
    this.hash.update(chunk);
    const text = chunk.toString('latin1');
    const seen = this.tail.slice(-OVERLAP) + text;
    if (PAGE.test(seen)) throw isSomethingElse();
    const pdfAt = seen.indexOf(PDF, isFirst ? 1 : 0);
    if (this.type !== 'application/pdf' && pdfAt >= 0) throw isSomethingElse();
    this.tail = (this.tail + text).slice(-TAIL_BYTES);
  }

  /**
   * Once all of it has come.
   *
   * @throws DomainError UNSUPPORTED_MEDIA_TYPE
   */
  end(): { bytes: number; sha256: string } {
    if (endsAsZip(this.tail)) throw isSomethingElse();
    if (this.type === 'application/pdf' && !this.tail.slice(-PDF_END_WITHIN).includes('%%EOF')) {
      throw new DomainError('UNSUPPORTED_MEDIA_TYPE', 'This PDF is not whole: send it again.');
    }
    return { bytes: this.bytes, sha256: this.hash.digest('hex') };
  }
}

export function tooLarge(mostBytes: number): DomainError {
  return new DomainError(
    'PAYLOAD_TOO_LARGE',
    `A file may have ${Math.floor(mostBytes / 1024 / 1024)} MiB at most: send a smaller picture or a shorter scan.`,
  );
}

function isSomethingElse(): DomainError {
  return new DomainError(
    'UNSUPPORTED_MEDIA_TYPE',
    'This file holds a page or another file beside the document: send a plain scan or photograph.',
  );
}

function endsAsZip(tail: string): boolean {
  for (let at = tail.lastIndexOf(ZIP_END); at >= 0; at = tail.lastIndexOf(ZIP_END, at - 1)) {
    const comment = tail.charCodeAt(at + 20) + 256 * tail.charCodeAt(at + 21);
    if (at + ZIP_END_BYTES + comment === tail.length) return true;
    if (at === 0) return false;
  }
  return false;
}
