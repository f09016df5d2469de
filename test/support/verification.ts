import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestApp } from './app';
import { type Answer, type Json, must, register, type TestActor } from './actors';

/** A document as it lies on a phone. */
export interface Document {
  content: Buffer;
  /** What the phone says. Nobody should believe it. */
  name?: string;
  type?: string;
}

export const PNG: Document = {
  content: Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.from('IHDR…IEND')]),
  name: 'card.png',
  type: 'image/png',
};
export const PDF: Document = {
  content: Buffer.from('%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n'),
  name: 'course.pdf',
  type: 'application/pdf',
};

/** A photograph of so many bytes, each unlike all others. */
export function jpeg(bytes = 1000): Document {
  // Within a byte's range where none of the marks of a page stands.
  const noise = randomBytes(Math.max(0, bytes - 6)).map((byte) => byte | 0x80);
  const content = Buffer.concat([
    Buffer.from('ffd8ffe0', 'hex'),
    noise,
    Buffer.from('ffd9', 'hex'),
  ]);
  return { content, name: 'photo.jpg', type: 'image/jpeg' };
}

export function formWithDocument(fields: Record<string, string>, files = [PNG]): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  for (const { content, name = 'file', type = '' } of files) {
    form.append('documents', new Blob([new Uint8Array(content)], { type }), name);
  }
  return form;
}

/** Sends a form with files to the API. */
export async function sendForm<T = Json>(
  actor: TestActor,
  path: string,
  fields: Record<string, string>,
  files: Document[],
  headers: Record<string, string> = {},
): Promise<Answer<T>> {
  const response = await fetch(`${actor.server.url}/api/v1${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${actor.token}`, ...headers },
    body: formWithDocument(fields, files),
  });
  const text = await response.text();
  const envelope = JSON.parse(text) as { data: T; error?: Answer['error'] };
  return {
    status: response.status,
    headers: response.headers,
    data: envelope.data,
    error: envelope.error,
    refreshCookie: undefined,
    text,
  };
}

export interface Verification {
  id: string;
  kind: string;
  status: string;
  note: string | null;
  reason: string | null;
  documents: { id: string; contentType: string; bytes: number; url?: string }[];
  documentsUntil: string | null;
  validUntil: string | null;
  decidedAt: string | null;
}

export interface OwnVerification {
  verified: boolean;
  verifiedUntil: string | null;
  latest: Verification | null;
}

/** Asks to be verified. */
export function askFor(
  actor: TestActor,
  { kind = 'first_aid', ...fields }: Record<string, string> = {},
  files: Document[] = [jpeg()],
  headers?: Record<string, string>,
): Promise<Answer<OwnVerification>> {
  return sendForm(actor, '/users/me/verification', { kind, ...fields }, files, headers);
}

/** Somebody new whose request waits. */
export async function applicant(
  server: TestApp,
  files?: Document[],
): Promise<{ person: TestActor; id: string }> {
  const person = await register(server, { displayName: 'Ada Applicant' });
  const { data } = must(await askFor(person, {}, files));
  return { person, id: data.latest?.id ?? '' };
}

/** The keys of the files that are stored, and of what is left of some. */
export async function storedFiles(server: TestApp): Promise<string[]> {
  const entries = await readdir(join(server.dataDir, 'files'), { recursive: true }).catch(
    () => [] as string[],
  );
  return entries.filter((name) => name.includes('/')).map((name) => name.slice(3));
}
