import { type CanActivate, type ExecutionContext, Injectable, Logger } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Multipart, MultipartFile } from '@fastify/multipart';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { DomainError, invalidField } from '../../errors/domain-error';
import { Files } from '../files';
import { ContentInspection, tooLarge } from './content-inspection';
import { SIGNATURE_BYTES, sniffDocument } from './file-type';
import { UPLOAD_ROUTE, type UploadOptions } from './upload-options';
import type { Upload } from './uploads.decorator';

const MOST_FIELDS = 10;
const MOST_FIELD_BYTES = 10 * 1024;
/** What parts and their headers may add to the content of the files. */
const MOST_AROUND_BYTES = 200 * 1024;

/**
 * Reads a form with files and stores them while they come, so that no file is in memory as a whole. A guard, as it has to run
 * behind authentication and rate limit, and before the interceptors: the time that a phone needs to send a photograph is none of
 * the request's, and the Idempotency-Key is compared with what was sent. What nothing refers to when the answer has gone out is
 * deleted.
 */
@Injectable()
export class UploadGuard implements CanActivate {
  private readonly logger = new Logger(UploadGuard.name);

  constructor(
    private readonly reflector: Reflector,
    private readonly files: Files,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const options = this.reflector.get<UploadOptions>(UPLOAD_ROUTE, context.getHandler());
    const request = context
      .switchToHttp()
      .getRequest<FastifyRequest & { body: unknown; uploads?: Upload[] }>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    if (!request.isMultipart()) {
      throw new DomainError('UNSUPPORTED_MEDIA_TYPE', 'Send the body as multipart/form-data.');
    }
    const { field, mostFiles, mostBytes } = options;
    const mostInAll = mostFiles * mostBytes + MOST_AROUND_BYTES;
    if (Number(request.headers['content-length'] ?? 0) > mostInAll) throw tooLarge(mostBytes);
    const uploads: Upload[] = [];
    reply.raw.once('close', () => this.abandon(uploads));
    try {
      const fields = await this.read(request, options, uploads);
      request.uploads = uploads;
      request.body = { ...fields, [field]: uploads.map(({ sha256 }) => sha256) };
    } catch (error) {
      // What is still coming is thrown away, or the sender could not read the answer.
      request.raw.unpipe();
      request.raw.resume();
      throw refusalOf(error, options);
    }
    return true;
  }

  private async read(
    request: FastifyRequest,
    options: UploadOptions,
    uploads: Upload[],
  ): Promise<Record<string, string>> {
    const fields: Record<string, string> = {};
    const parts = request.parts({
      limits: {
        files: options.mostFiles,
        fields: MOST_FIELDS,
        parts: options.mostFiles + MOST_FIELDS,
        fieldSize: MOST_FIELD_BYTES,
        // One more than may come: ContentInspection refuses it.
        fileSize: options.mostBytes + 1,
      },
    });
    for await (const part of parts) {
      if (part.type === 'file') {
        if (part.fieldname !== options.field) {
          throw invalidField(part.fieldname, `files belong into the field ${options.field}`);
        }
        uploads.push(await this.store(part, options));
      } else addField(fields, part, options);
    }
    return fields;
  }

  private async store({ file }: MultipartFile, { mostBytes }: UploadOptions): Promise<Upload> {
    const chunks = file[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    const head = await beginning(chunks);
    const contentType = sniffDocument(head);
    if (!contentType) throw unknownType();
    const inspection = new ContentInspection(contentType, mostBytes);
    let found = { bytes: 0, sha256: '' };
    async function* inspected(): AsyncGenerator<Buffer> {
      for (let chunk: Buffer | undefined = head; chunk; chunk = await next(chunks)) {
        inspection.add(chunk);
        yield chunk;
      }
      found = inspection.end();
    }
    const key = await this.files.add(Readable.from(inspected()), { contentType });
    return { key, contentType, ...found };
  }

  /** A node that dies before leaves them to their hour. */
  private abandon(uploads: Upload[]): void {
    this.files.abandon(uploads.map(({ key }) => key)).catch((error: unknown) => {
      this.logger.warn(`Files of a request are left to their hour: ${String(error)}`);
    });
  }
}

function addField(
  fields: Record<string, string>,
  part: Exclude<Multipart, MultipartFile>,
  { field }: UploadOptions,
): void {
  const { fieldname, value } = part;
  if (fieldname === field)
    throw invalidField(field, `${field} must be files, each a part of its own`);
  if (Object.hasOwn(fields, fieldname)) throw invalidField(fieldname, `${fieldname} came twice`);
  if (typeof value !== 'string' || part.valueTruncated || part.fieldnameTruncated) {
    throw invalidField(fieldname, `${fieldname} must be text, and not so long`);
  }
  fields[fieldname] = value;
}

/** As many chunks as tell the type, in one. */
async function beginning(chunks: AsyncIterator<Buffer>): Promise<Buffer> {
  let head = Buffer.alloc(0);
  while (head.length < SIGNATURE_BYTES) {
    const chunk = await next(chunks);
    if (!chunk) break;
    head = Buffer.concat([head, chunk]);
  }
  return head;
}

async function next(chunks: AsyncIterator<Buffer>): Promise<Buffer | undefined> {
  const { done, value } = await chunks.next();
  return done ? undefined : value;
}

function unknownType(): DomainError {
  return new DomainError(
    'UNSUPPORTED_MEDIA_TYPE',
    'A document must be a PDF, JPEG, PNG, WebP or HEIC file, whatever its name says.',
  );
}

/** What the reader of forms refuses, in our words. */
function refusalOf(error: unknown, { mostFiles, mostBytes, field }: UploadOptions): unknown {
  if (error instanceof DomainError) return error;
  switch ((error as { code?: unknown }).code) {
    case 'FST_REQ_FILE_TOO_LARGE':
      return tooLarge(mostBytes);
    case 'FST_FILES_LIMIT':
      return invalidField(field, `${field} must be ${mostFiles} files at most`);
    case 'FST_PARTS_LIMIT':
    case 'FST_FIELDS_LIMIT':
      return new DomainError('VALIDATION_FAILED', 'The form has too many fields.');
    case 'FST_PROTO_VIOLATION':
    case 'FST_INVALID_JSON_FIELD_ERROR':
    case 'ERR_STREAM_PREMATURE_CLOSE':
      return unreadable();
    default:
      // Busboy throws plain errors for what is no form.
      return isOurs(error) ? error : unreadable();
  }
}

function unreadable(): DomainError {
  return new DomainError('VALIDATION_FAILED', 'The form could not be read: it is not whole.');
}

/** The disk or the database, not the sender. */
function isOurs(error: unknown): boolean {
  const { code, name } = Object(error) as { code?: unknown; name?: unknown };
  return typeof code === 'string' ? /^E[A-Z]+$/.test(code) : String(name).startsWith('Mongo');
}
