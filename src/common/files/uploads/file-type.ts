/** What documents may be. */
export const DOCUMENT_TYPES = [
  'application/pdf',
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/heic',
] as const;
export type DocumentType = (typeof DOCUMENT_TYPES)[number];

/** How the names of files of a type end. */
export const FILE_ENDINGS: Record<DocumentType, string> = {
  'application/pdf': 'pdf',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/heic': 'heic',
};

/** How many bytes of the beginning tell the type. */
export const SIGNATURE_BYTES = 16;

/** What ISO 14496-12 files of HEVC pictures say they are (ISO 23008-12, annex B). */
const HEIC_BRANDS = ['heic', 'heix', 'heim', 'heis'];

/**
 * What a file is by how it begins; null for everything that is not taken. What the sender says that it is, and its name, prove
 * nothing.
 */
export function sniffDocument(head: Buffer): DocumentType | null {
  const text = (from: number, to: number): string => head.toString('latin1', from, to);
  if (text(0, 5) === '%PDF-') return 'application/pdf';
  if (text(0, 3) === '\xff\xd8\xff') return 'image/jpeg';
  if (text(0, 8) === '\x89PNG\r\n\x1a\n') return 'image/png';
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'WEBP') return 'image/webp';
  if (text(4, 8) === 'ftyp' && HEIC_BRANDS.includes(text(8, 12))) return 'image/heic';
  return null;
}
