import type { S3Client } from '@aws-sdk/client-s3';
import { Logger } from '@nestjs/common';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { S3Settings } from '../../config/files.config';
import { SECOND } from '../time/clock';
import {
  checkedKey,
  type FileContent,
  type FileMetadata,
  FileStore,
  fileStoreAway,
} from './file-store';

const CONNECT_LIMIT_MS = 3 * SECOND;
/** How long a connection may be silent. */
const SILENCE_LIMIT_MS = 5 * SECOND;
/** How long until an answer begins; for `put`, with the whole content sent. */
const ANSWER_LIMIT_MS = 60 * SECOND;

type Sdk = typeof import('@aws-sdk/client-s3');

/** Files in a bucket of anything that speaks S3: several nodes share them. */
export class S3FileStore extends FileStore {
  private readonly logger = new Logger(S3FileStore.name);
  private connected: Promise<{ sdk: Sdk; client: S3Client }> | undefined;

  /** @param spoolFolder where a stream waits until its length is known, which S3 must be told first. */
  constructor(
    private readonly settings: S3Settings,
    private readonly spoolFolder: string,
  ) {
    super();
  }

  async put(key: string, content: Readable | Buffer, metadata: FileMetadata): Promise<void> {
    checkedKey(key);
    if (Buffer.isBuffer(content)) return this.upload(key, content, content.length, metadata);
    const spooled = join(this.spoolFolder, key);
    await mkdir(this.spoolFolder, { recursive: true, mode: 0o700 });
    try {
      await pipeline(content, createWriteStream(spooled, { flags: 'wx', mode: 0o600 }));
      const { size } = await stat(spooled);
      await this.upload(key, createReadStream(spooled), size, metadata);
    } finally {
      await rm(spooled, { force: true });
    }
  }

  async get(key: string): Promise<FileContent | null> {
    const at = this.at(key);
    const found = await this.ask(({ sdk, client }, abortSignal) =>
      client.send(new sdk.GetObjectCommand(at), { abortSignal }),
    );
    if (!found) return null;
    if (!(found.Body instanceof Readable)) throw fileStoreAway();
    return { stream: found.Body, bytes: found.ContentLength ?? 0 };
  }

  async delete(key: string): Promise<void> {
    const at = this.at(key);
    await rm(join(this.spoolFolder, key), { force: true });
    await this.ask(({ sdk, client }, abortSignal) =>
      client.send(new sdk.DeleteObjectCommand(at), { abortSignal }),
    );
  }

  async exists(key: string): Promise<boolean> {
    const at = this.at(key);
    const found = await this.ask(({ sdk, client }, abortSignal) =>
      client.send(new sdk.HeadObjectCommand(at), { abortSignal }),
    );
    return found !== null;
  }

  private async upload(
    key: string,
    body: Readable | Buffer,
    bytes: number,
    { contentType }: FileMetadata,
  ): Promise<void> {
    const { serverSideEncryption } = this.settings;
    const stored = await this.ask(({ sdk, client }, abortSignal) =>
      client.send(
        new sdk.PutObjectCommand({
          ...this.at(key),
          Body: body,
          ContentLength: bytes,
          ContentType: contentType,
          ...(serverSideEncryption ? { ServerSideEncryption: serverSideEncryption } : {}),
        }),
        { abortSignal },
      ),
    );
    // Nothing to put it into: there is no such bucket.
    if (stored === null) throw fileStoreAway();
  }

  private at(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.settings.bucket, Key: checkedKey(key) };
  }

  /**
   * One question to the store; null where it does not have what is asked about.
   *
   * @throws DomainError UNAVAILABLE for everything else that goes wrong: what it was is in the log alone.
   */
  private async ask<T>(
    question: (s3: { sdk: Sdk; client: S3Client }, signal: AbortSignal) => Promise<T>,
  ): Promise<T | null> {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), ANSWER_LIMIT_MS);
    try {
      return await question(await this.connect(), limit.signal);
    } catch (error) {
      const { name, $metadata } = Object(error) as {
        name?: string;
        $metadata?: { httpStatusCode?: number };
      };
      if ($metadata?.httpStatusCode === 404 && name !== 'NoSuchBucket') return null;
      this.logger.error(`S3 refused or did not answer: ${name ?? 'unknown'}`);
      throw fileStoreAway();
    } finally {
      clearTimeout(timer);
    }
  }

  /** Loaded at first use: it is large, and most servers have no need of it. */
  private connect(): Promise<{ sdk: Sdk; client: S3Client }> {
    this.connected ??= this.load();
    return this.connected;
  }

  private async load(): Promise<{ sdk: Sdk; client: S3Client }> {
    const sdk = await import('@aws-sdk/client-s3');
    const { endpoint, region, accessKeyId, secretAccessKey } = this.settings;
    const client = new sdk.S3Client({
      endpoint,
      region,
      credentials: { accessKeyId, secretAccessKey },
      // What is not Amazon's seldom has a name of its own for each bucket.
      forcePathStyle: true,
      // And does not know Amazon's newer checksums.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      maxAttempts: 2,
      requestHandler: { connectionTimeout: CONNECT_LIMIT_MS, socketTimeout: SILENCE_LIMIT_MS },
    });
    return { sdk, client };
  }
}
