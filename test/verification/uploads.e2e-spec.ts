import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { FileDeletionSweeper } from '../../src/common/files/file-deletion.sweeper';
import { must, register, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { eventually } from '../support/eventually';
import {
  askFor,
  type Document,
  jpeg,
  type OwnVerification,
  PDF,
  PNG,
  sendForm,
  storedFiles,
} from '../support/verification';

const MEBIBYTE = 1024 * 1024;
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const as = (content: Buffer | string): Document => ({
  content: typeof content === 'string' ? latin1(content) : content,
  name: 'photo.jpg',
  type: 'image/jpeg',
});
const zip = latin1(`PK\x03\x04${'x'.repeat(40)}PK\x05\x06${'\0'.repeat(18)}`);

describe('Documents that are sent', () => {
  let server: TestApp;
  let person: TestActor;

  beforeAll(async () => {
    server = await startTestApp();
  });

  beforeEach(async () => {
    person = await register(server);
  });

  afterAll(() => server.close());

  /** What nothing refers to is deleted as soon as its answer is out. */
  const expectNothingKept = (files = 0): Promise<void> =>
    eventually(async () => {
      await server.get(FileDeletionSweeper).sweep();
      expect(await storedFiles(server)).toHaveLength(files);
      expect(await server.connection.collection('file_deletions').countDocuments()).toBe(0);
    });
  const clear = async (): Promise<void> => {
    await person.delete('/users/me/verification');
    await expectNothingKept();
  };

  it.each<[string, Document]>([
    ['application/pdf', { ...PDF, name: 'x.exe', type: 'text/html' }],
    ['image/png', { ...PNG, name: '../../etc/passwd', type: 'application/pdf' }],
    ['image/jpeg', { ...jpeg(), name: '', type: '' }],
    ['image/webp', as('RIFF\x10\0\0\0WEBPVP8 ........')],
    ['image/heic', as('\0\0\0\x18ftypheic\0\0\0\0mif1heic')],
  ])('%s is known by what it is, whatever its name and type say', async (contentType, file) => {
    const { status, data } = await askFor(person, {}, [file]);
    expect([status, data.latest?.documents[0]?.contentType]).toEqual([201, contentType]);
    await clear();
  });

  it.each<[string, Document]>([
    ['nothing', as('')],
    ['a page', as('<!doctype html><script>alert(1)</script>')],
    ['an SVG', as('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')],
    ['an SVG behind an XML declaration', as('<?xml version="1.0"?><svg/>')],
    ['a GIF', as('GIF89a......')],
    ['a program', as('MZ\x90\0\x03\0\0\0')],
    ['a ZIP archive, or an office document', as(zip)],
    ['text', as('I am verified, believe me.')],
    ['a PDF behind something else', as(`junk${PDF.content.toString('latin1')}`)],
    ['a PDF that breaks off', as(PDF.content.subarray(0, 40))],
    ['a PDF with a script', as(Buffer.concat([PDF.content, latin1('<ScRiPt>x</script>%%EOF')]))],
    ['a PDF that is an archive too', as(Buffer.concat([PDF.content, zip]))],
    [
      'a photograph that is a page too',
      as(Buffer.concat([jpeg().content, latin1('<HTML><body>')])),
    ],
    ['a photograph that is an archive too', as(Buffer.concat([jpeg(90_000).content, zip]))],
    ['a photograph that is a PDF too', as(Buffer.concat([jpeg().content, PDF.content]))],
    ['a video', as('\0\0\0\x18ftypmp42\0\0\0\0mp42isom')],
  ])('%s is refused, and nothing of it stays', async (_, file) => {
    const { status, error } = await askFor(person, {}, [jpeg(), file]);
    expect([status, error?.code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    expect(
      must(await person.get<OwnVerification>('/users/me/verification')).data.latest,
    ).toBeNull();
    await expectNothingKept();
  });

  it('a file has 10 MiB at most', async () => {
    const { status, error } = await askFor(person, {}, [jpeg(10 * MEBIBYTE + 1)]);
    expect([status, error?.code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    expect((await askFor(person, {}, [jpeg(60 * MEBIBYTE)])).status).toBe(413);
    await expectNothingKept();
    expect((await askFor(person, {}, [jpeg(10 * MEBIBYTE)])).status).toBe(201);
    await clear();
  });

  it.each<[string, (actor: TestActor) => Promise<{ status: number }>, number]>([
    ['no file', (actor) => askFor(actor, {}, []), 400],
    ['five files', (actor) => askFor(actor, {}, [PNG, PNG, PNG, PNG, PNG]), 400],
    ['an unknown kind', (actor) => askFor(actor, { kind: 'hero' }), 400],
    ['no kind', (actor) => sendForm(actor, '/users/me/verification', {}, [PNG]), 400],
    ['an unknown field', (actor) => askFor(actor, { verified: 'true' }), 400],
    ['__proto__', (actor) => askFor(actor, { ['__proto__x']: 'a', constructor: 'b' }), 400],
    ['a note that is too long', (actor) => askFor(actor, { note: 'x'.repeat(501) }), 400],
    ['a note of very many characters', (actor) => askFor(actor, { note: 'x'.repeat(90_000) }), 400],
    ['documents as text', (actor) => askFor(actor, { documents: 'abc' }), 400],
    [
      'JSON',
      (actor) => actor.post('/users/me/verification', { kind: 'identity', documents: ['a'] }),
      415,
    ],
    ['no body', (actor) => actor.post('/users/me/verification'), 415],
  ])('a form with %s is refused, and nothing of it stays', async (_, send, expected) => {
    const { status } = await send(person);
    expect(status).toBe(expected);
    await expectNothingKept();
  });

  it.each([
    ['no boundary', 'multipart/form-data', 'kind=identity', 415],
    ['another boundary', 'multipart/form-data; boundary=a', '--b\r\n\r\nx\r\n--b--\r\n', 400],
    [
      'a part that breaks off',
      'multipart/form-data; boundary=a',
      '--a\r\nContent-Disposition: form-data; name="documents"; filename="a"\r\n\r\n%PDF-',
      400,
    ],
    [
      'a file in another field',
      'multipart/form-data; boundary=a',
      '--a\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n%PDF-1%%EOF\r\n--a--\r\n',
      400,
    ],
    [
      'a field twice',
      'multipart/form-data; boundary=a',
      '--a\r\nContent-Disposition: form-data; name="kind"\r\n\r\nidentity\r\n--a\r\nContent-Disposition: form-data; name="kind"\r\n\r\nidentity\r\n--a--\r\n',
      400,
    ],
    ['a form of another kind', 'application/x-www-form-urlencoded', 'kind=identity', 415],
  ])('%s is refused in the one envelope', async (_, type, body, status) => {
    const answer = await fetch(`${server.url}/api/v1/users/me/verification`, {
      method: 'POST',
      headers: { 'content-type': type, authorization: `Bearer ${person.token}` },
      body,
    });
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({
      success: false,
      error: { code: expect.any(String) },
    });
    await expectNothingKept();
  });

  it('of a stranger not a byte is stored', async () => {
    const nobody = person.on(server);
    nobody.token = 'x';
    expect((await askFor(nobody, {}, [jpeg(100_000)])).status).toBe(401);
    expect(await storedFiles(server)).toEqual([]);
    expect(await server.connection.collection('file_deletions').countDocuments()).toBe(0);
  });

  it('of a sender who goes away in the middle nothing stays', async () => {
    const head =
      '--a\r\nContent-Disposition: form-data; name="documents"; filename="a"\r\n\r\n%PDF-1.7\n';
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.write(
      `POST /api/v1/users/me/verification HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${person.token}\r\n` +
        `Content-Type: multipart/form-data; boundary=a\r\nContent-Length: 1000000\r\n\r\n${head}`,
    );
    socket.write(randomBytes(50_000));
    await eventually(async () => {
      expect(await server.connection.collection('file_deletions').countDocuments()).toBe(1);
    });
    socket.destroy();
    await expectNothingKept();
  });

  it('while one request waits another is refused, and its files go', async () => {
    must(await askFor(person));
    const { status, error } = await askFor(person);
    expect([status, error?.code]).toEqual([409, 'CONFLICT']);
    await expectNothingKept(1);
    await clear();
  });

  it('a repeat with the same Idempotency-Key answers as the first and keeps no files of its own; with others it is 422', async () => {
    const key = { 'Idempotency-Key': 'verify-1' };
    const file = jpeg();
    const first = await askFor(person, {}, [file], key);
    const again = await askFor(person, {}, [file], key);
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
    expect(again.data).toEqual(first.data);
    const other = await askFor(person, {}, [jpeg()], key);
    expect([other.status, other.error?.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
    await expectNothingKept(1);
    await clear();
  });
});
