import { Controller, Get, Param, Res, StreamableFile } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Actor } from '../../common/auth/actor';
import { CurrentActor } from '../../common/auth/current-actor.decorator';
import { notFound } from '../../common/errors/domain-error';
import { Files } from '../../common/files/files';
import { BareResponse } from '../../common/http/envelope.interceptor';
import { ApiErrors, TOKEN_ERRORS } from '../../common/swagger/api-envelope.decorators';
import { FileLinks } from './file-links';
import { FileSources } from './file-sources';

/** Private files by short-lived links. */
@ApiTags('Files')
@ApiBearerAuth('access-token')
@Controller('files')
export class FilesController {
  constructor(
    private readonly links: FileLinks,
    private readonly sources: FileSources,
    private readonly files: Files,
  ) {}

  @Get(':token')
  @BareResponse()
  @ApiOperation({
    summary: 'Download a private file by its link',
    description:
      'The link comes from the route that shows what the file belongs to. It holds for a minute or as long as that route says, ' +
      'for the person it was made for alone: send their access token. A link that is over, somebody else’s or made up is 404. ' +
      'The answer is the file itself, outside the envelope.',
  })
  @ApiParam({
    name: 'token',
    schema: { type: 'string' },
    example:
      'verification-document.6561f0a4c2b6a1d2e3f40516.6561f0a4c2b6a1d2e3f40512.1795428000.Zm9yIGV4YW1wbGUsIGZvcnR5LXRocmVlIGNoYXJzLi4',
    description: 'The last part of the link.',
  })
  @ApiResponse({
    status: 200,
    description: 'The file.',
    content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
  })
  @ApiErrors('VALIDATION_FAILED', ...TOKEN_ERRORS, 'NOT_FOUND')
  async download(
    @CurrentActor() actor: Actor,
    @Param('token') token: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const link = this.links.read(actor, token);
    const file = link && (await this.sources.open(actor, link.purpose, link.subject));
    const content = file && (await this.files.open(file.key));
    if (!file || !content) throw notFound('A file by this link');
    // Threat: a document that is a page too, and runs its scripts here. It is saved, never shown; where a browser shows it all
    // the same, without a script, a form or our origin.
    void reply.headers({
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    });
    return new StreamableFile(content.stream, {
      type: file.contentType,
      length: content.bytes,
      disposition: `attachment; filename="${file.fileName}"`,
    });
  }
}
