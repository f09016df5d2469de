import { createDecipheriv, createECDH, type ECDH, hkdfSync, randomBytes } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A browser's subscription, with the private half of its keys. */
export class TestSubscription {
  private readonly keys: ECDH;
  private readonly secret = randomBytes(16);

  constructor(readonly endpoint: string) {
    this.keys = createECDH('prime256v1');
    this.keys.generateKeys();
  }

  toJSON(): { endpoint: string; keys: { p256dh: string; auth: string } } {
    return {
      endpoint: this.endpoint,
      keys: {
        p256dh: this.keys.getPublicKey('base64url'),
        auth: this.secret.toString('base64url'),
      },
    };
  }

  /** What the device reads: RFC 8291 (the keys) upon RFC 8188 (the form), written here a second time. */
  read(body: Buffer): string {
    const salt = body.subarray(0, 16);
    const keyLength = body.readUInt8(20);
    const sender = body.subarray(21, 21 + keyLength);
    const sealed = body.subarray(21 + keyLength);
    const info = Buffer.concat([Buffer.from('WebPush: info\0'), this.keys.getPublicKey(), sender]);
    const shared = hkdfSync('sha256', this.keys.computeSecret(sender), this.secret, info, 32);
    const derive = (name: string, length: number) =>
      Buffer.from(
        hkdfSync('sha256', Buffer.from(shared), salt, `Content-Encoding: ${name}\0`, length),
      );
    const decipher = createDecipheriv('aes-128-gcm', derive('aes128gcm', 16), derive('nonce', 12));
    decipher.setAuthTag(sealed.subarray(-16));
    const plain = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
    // The last record ends with a 2 and zeros.
    return plain.subarray(0, plain.lastIndexOf(2)).toString();
  }
}

export interface PushTaken {
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** A push service on this machine: takes what is posted to it, and answers as it is told. */
export class TestPushService {
  readonly taken: PushTaken[] = [];
  private readonly answers = new Map<
    string,
    { status: number; headers?: Record<string, string> }
  >();

  private constructor(
    private readonly server: Server,
    private readonly url: string,
  ) {}

  static async start(): Promise<TestPushService> {
    const server = createServer();
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const service = new TestPushService(server, `http://127.0.0.1:${port}`);
    server.on('request', (request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const path = request.url ?? '';
        service.taken.push({ path, headers: request.headers, body: Buffer.concat(parts) });
        const { status, headers } = service.answers.get(path) ?? { status: 201 };
        // 0: no answer at all.
        if (status !== 0) response.writeHead(status, headers).end('as told');
      });
    });
    return service;
  }

  subscribe(): TestSubscription {
    return new TestSubscription(`${this.url}/push/${randomBytes(12).toString('hex')}`);
  }

  /** From now on answers this to pushes for a subscription; 0: never answers. */
  answer(to: TestSubscription, status: number, headers: Record<string, string> = {}): void {
    this.answers.set(new URL(to.endpoint).pathname, { status, headers });
  }

  /** What was pushed to a subscription, as the device reads it. */
  read(subscription: TestSubscription): string[] {
    return this.takenBy(subscription).map(({ body }) => subscription.read(body));
  }

  takenBy(subscription: TestSubscription): PushTaken[] {
    const path = new URL(subscription.endpoint).pathname;
    return this.taken.filter((push) => push.path === path);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => void this.server.close(resolve));
  }
}
