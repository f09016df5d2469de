import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { newFileKey } from '../../src/common/files/file-store';
import { S3FileStore } from '../../src/common/files/s3-file-store';
import { itStoresFiles } from '../files/file-store-contract';
import { S3Server } from './s3-server';

const ACCESS = { region: 'us-east-1', accessKeyId: 'key', secretAccessKey: 'secret' };

describe('Files in S3', () => {
  const parent = mkdtempSync(join(tmpdir(), 'allynet-s3-'));
  const spool = join(parent, 'spool');
  let s3: S3Server;
  let store: S3FileStore;

  const storeAt = (endpoint: string, bucket: string): S3FileStore =>
    new S3FileStore({ ...ACCESS, endpoint, bucket, serverSideEncryption: undefined }, spool);

  beforeAll(async () => {
    s3 = await S3Server.start('documents');
    store = storeAt(s3.url, 'documents');
  });

  afterAll(async () => {
    await s3.stop();
    rmSync(parent, { recursive: true, force: true });
  });

  itStoresFiles(() => store);

  it('holds random names and the type alone, under the key as it is', async () => {
    const client = new S3Client({
      endpoint: s3.url,
      region: ACCESS.region,
      credentials: ACCESS,
      forcePathStyle: true,
    });
    const key = newFileKey();
    await store.put(key, Buffer.from('%PDF-'), { contentType: 'application/pdf' });
    const at = { Bucket: 'documents', Key: key };
    const { ContentType, Metadata } = await client.send(new HeadObjectCommand(at));
    expect({ ContentType, Metadata }).toMatchObject({ ContentType: 'application/pdf' });
    expect(await (await client.send(new GetObjectCommand(at))).Body?.transformToString()).toBe(
      '%PDF-',
    );
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: 'documents' }));
    for (const { Key } of Contents) expect(Key).toMatch(/^[0-9a-f]{64}$/);
    client.destroy();
  });

  it('leaves nothing of a stream on this machine’s disk', async () => {
    await store.put(newFileKey(), Readable.from([Buffer.from('a')]), { contentType: 'image/png' });
    expect(existsSync(spool) ? readdirSync(spool) : []).toEqual([]);
  });

  it('says that the storage is away where nobody answers, and where there is no such bucket', async () => {
    const away = { code: 'UNAVAILABLE', message: expect.stringMatching(/file storage/) };
    for (const broken of [
      storeAt('http://127.0.0.1:9', 'documents'),
      storeAt(s3.url, 'no-such-bucket'),
    ]) {
      await expect(
        broken.put(newFileKey(), Buffer.from('a'), { contentType: 'image/png' }),
      ).rejects.toMatchObject(away);
    }
    await expect(
      storeAt('http://127.0.0.1:9', 'documents').get(newFileKey()),
    ).rejects.toMatchObject(away);
  });

  it('gives up on a store that takes connections and answers nothing, and works with it again afterwards', async () => {
    const key = newFileKey();
    await store.put(key, Buffer.from('a'), { contentType: 'image/png' });
    s3.pause();
    try {
      await expect(store.exists(key)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    } finally {
      s3.resume();
    }
    expect(await store.exists(key)).toBe(true);
  }, 120_000);

  it('asks for encryption on the server where it is configured', async () => {
    const asked: IncomingHttpHeaders[] = [];
    const ear = createServer((request, response) => {
      asked.push(request.headers);
      request.resume().on('end', () => response.end());
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => ear.once('listening', resolve));
    const { port } = ear.address() as AddressInfo;
    const encrypting = new S3FileStore(
      {
        ...ACCESS,
        endpoint: `http://127.0.0.1:${port}`,
        bucket: 'documents',
        serverSideEncryption: 'aws:kms',
      },
      spool,
    );
    await encrypting.put(newFileKey(), Buffer.from('a'), { contentType: 'image/png' });
    ear.closeAllConnections();
    ear.close();
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({
      'x-amz-server-side-encryption': 'aws:kms',
      'content-type': 'image/png',
    });
  });
});
