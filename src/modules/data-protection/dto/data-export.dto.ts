import { ApiProperty } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';
import { AbsentOr } from '../../../common/validation/absent-or.decorator';
import { DATA_EXPORT_STATUSES, type DataExportStatus } from '../data-export.transitions';

export class RequestExportDto {
  @ApiProperty({
    required: false,
    example: 'correct horse battery',
    description: 'The current password. May be left out within an hour of logging in.',
  })
  @AbsentOr()
  @IsString()
  @MaxLength(1000)
  password?: string;
}

export class ExportLinkView {
  @ApiProperty({
    example: 'http://localhost:3000/api/v1/files/data-export.6561f0a4c2b6a1d2e3f40516.…',
    description: 'For me alone: send my access token with it.',
  })
  url: string;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-22T10:05:00.000Z' })
  expiresAt: string;
}

export class DataExportView {
  @ApiProperty({ example: '6561f0a4c2b6a1d2e3f40516' })
  id: string;

  @ApiProperty({
    enum: DATA_EXPORT_STATUSES,
    example: 'ready',
    description: 'pending: being made. failed: it could not be made, ask again.',
  })
  status: DataExportStatus;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-22T10:00:00.000Z' })
  createdAt: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: '2026-11-22T10:00:01.000Z',
  })
  readyAt: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: '2026-11-29T10:00:01.000Z',
    description: 'When the archive is deleted; null while there is none.',
  })
  expiresAt: string | null;

  @ApiProperty({ type: Number, nullable: true, example: 18_340, description: 'Its size.' })
  bytes: number | null;

  @ApiProperty({
    type: ExportLinkView,
    nullable: true,
    description: 'Where it can be downloaded for the next minutes; null while there is none.',
  })
  link: ExportLinkView | null;
}

export class RequestedExport {
  @ApiProperty({ type: DataExportView })
  export: DataExportView;
}

export class LatestExport {
  @ApiProperty({
    type: DataExportView,
    nullable: true,
    description: 'The one I asked for last; null where there is none, or it has expired.',
  })
  export: DataExportView | null;
}
