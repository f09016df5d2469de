import { Body, Controller, Delete, Get, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Types } from 'mongoose';
import type { Actor } from '../../../common/auth/actor';
import { CurrentActor } from '../../../common/auth/current-actor.decorator';
import { IdParam } from '../../../common/http/id-param.decorator';
import type { Page } from '../../../common/http/pagination';
import { Idempotent } from '../../../common/idempotency/idempotent.decorator';
import {
  ApiData,
  ApiErrors,
  ApiNoData,
  ApiPage,
  TOKEN_ERRORS,
} from '../../../common/swagger/api-envelope.decorators';
import { PushSender } from '../channels/push/push-sender';
import { DevicesService } from './devices.service';
import { DeviceDto, PushKeyDto, RegisterDeviceDto, RemoveDeviceDto } from './dto/device.dto';

@ApiTags('Notifications')
@ApiBearerAuth('access-token')
@Controller('users/me/devices')
export class DevicesController {
  constructor(
    private readonly devices: DevicesService,
    private readonly sender: PushSender,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'My devices that take pushes, newest first',
    description: 'Ten at most, so always one page.',
  })
  @ApiPage(DeviceDto)
  @ApiErrors(...TOKEN_ERRORS)
  async list(@CurrentActor() actor: Actor): Promise<Page<DeviceDto>> {
    return { items: await this.devices.list(actor), nextCursor: null };
  }

  @Get('key')
  @ApiOperation({ summary: 'The key that a browser needs to subscribe to pushes' })
  @ApiData(PushKeyDto)
  @ApiErrors(...TOKEN_ERRORS)
  key(): PushKeyDto {
    return { publicKey: this.sender.publicKey };
  }

  @Post()
  @Idempotent()
  @ApiOperation({
    summary: 'Register this device for pushes',
    description:
      'Takes what `PushManager.subscribe()` gives. A device belongs to the account, and the log-in, that registered it last; ' +
      'logging out removes it. Of more than ten devices the oldest is removed.',
  })
  @ApiData(DeviceDto, { status: 201, description: 'Registered.' })
  @ApiErrors('VALIDATION_FAILED', ...TOKEN_ERRORS, 'IDEMPOTENCY_KEY_REUSED')
  register(@CurrentActor() actor: Actor, @Body() body: RegisterDeviceDto): Promise<DeviceDto> {
    return this.devices.register(actor, body);
  }

  @Delete()
  @ApiOperation({ summary: 'Remove one of my devices, by its endpoint' })
  @ApiNoData({ description: 'Removed.' })
  @ApiErrors('VALIDATION_FAILED', ...TOKEN_ERRORS, 'NOT_FOUND')
  removeEndpoint(@CurrentActor() actor: Actor, @Body() body: RemoveDeviceDto): Promise<void> {
    return this.devices.remove(actor, { endpoint: body.endpoint });
  }

  @Delete(':deviceId')
  @ApiOperation({ summary: 'Remove one of my devices' })
  @ApiNoData({ description: 'Removed.' })
  @ApiErrors('VALIDATION_FAILED', ...TOKEN_ERRORS, 'NOT_FOUND')
  remove(@CurrentActor() actor: Actor, @IdParam('deviceId') device: Types.ObjectId): Promise<void> {
    return this.devices.remove(actor, { _id: device });
  }
}
