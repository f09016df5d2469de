import {
  applyDecorators,
  createParamDecorator,
  type ExecutionContext,
  SetMetadata,
  UseGuards,
} from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiConsumes } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { DocumentType } from './file-type';
import { UploadGuard } from './upload.guard';
import { UPLOAD_ROUTE, type UploadOptions } from './upload-options';

/** A file that came with a request and is stored; whoever refers to it keeps it (Files.keep). */
export interface Upload {
  key: string;
  contentType: DocumentType;
  bytes: number;
  /** Of the content, in hexadecimal digits. */
  sha256: string;
}

/**
 * The route takes files as multipart/form-data. Text fields become the body, as they would of JSON; the field of the files holds
 * their digests there, so that it can be validated and that an Idempotency-Key covers them.
 */
export const AcceptsUploads = (options: UploadOptions) =>
  applyDecorators(
    SetMetadata(UPLOAD_ROUTE, options),
    RouteConfig({ acceptsMultipart: true }),
    UseGuards(UploadGuard),
    ApiConsumes('multipart/form-data'),
  );

/** The files of the request, in the order in which they came. */
export const Uploads = createParamDecorator((_: unknown, context: ExecutionContext): Upload[] => {
  return context.switchToHttp().getRequest<FastifyRequest & { uploads?: Upload[] }>().uploads ?? [];
});
