import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { buffer } from 'node:stream/consumers';
import { register, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';

/** Longer than any other request may take to come (src/app.setup.ts). */
const SLOW_MS = 17_000;

describe('A slow line', () => {
  let server: TestApp;
  let person: TestActor;

  beforeAll(async () => {
    server = await startTestApp();
    person = await register(server);
  });

  afterAll(() => server.close());

  /** Sends the beginning of a request, and the rest after a long while. */
  async function sendSlowly(path: string, type: string, body: string): Promise<string> {
    const socket: Socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    const answer = buffer(socket);
    socket.write(
      `POST /api/v1${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${person.token}\r\n` +
        `Content-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 20)}`,
    );
    await delay(SLOW_MS);
    if (socket.writable) socket.write(body.slice(20));
    return String(await answer);
  }

  it('may bring documents for longer than 15 s, and nothing else', async () => {
    const part = (head: string, content: string) =>
      `--a\r\nContent-Disposition: form-data; ${head}\r\n\r\n${content}\r\n`;
    const form =
      part('name="kind"', 'identity') +
      part('name="documents"; filename="a"', '%PDF-1.7\n%%EOF\n') +
      '--a--\r\n';
    const [documents, sos] = await Promise.all([
      sendSlowly('/users/me/verification', 'multipart/form-data; boundary=a', form),
      sendSlowly('/emergencies', 'application/json', '{"type":"other"}                 '),
    ]);
    expect(documents).toMatch(/^HTTP\/1\.1 201 /);
    expect(sos).toMatch(/^HTTP\/1\.1 400 [^]*could not be read/);
    expect(await server.connection.collection('emergencies').countDocuments()).toBe(0);
  });
});
