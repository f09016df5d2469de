import { Body, Controller, Delete, Get, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { CurrentActor } from '../../common/auth/current-actor.decorator';
import { IdParam } from '../../common/http/id-param.decorator';
import { Idempotent } from '../../common/idempotency/idempotent.decorator';
import type { Page } from '../../common/http/pagination';
import {
  ApiData,
  ApiErrors,
  ApiNoData,
  ApiPage,
  TOKEN_ERRORS,
} from '../../common/swagger/api-envelope.decorators';
import { ContactsService } from './contacts.service';
import { ContactView } from './dto/contact.view';
import { CreateContactDto } from './dto/create-contact.dto';

@ApiTags('Users')
@ApiBearerAuth('access-token')
@Controller('users/me/contacts')
export class ContactsController {
  constructor(private readonly contacts: ContactsService) {}

  @Get()
  @ApiOperation({
    summary: 'My emergency contacts',
    description: 'Ten at most, so always one page.',
  })
  @ApiPage(ContactView)
  @ApiErrors(...TOKEN_ERRORS)
  async list(@CurrentActor() actor: Actor): Promise<Page<ContactView>> {
    return { items: await this.contacts.list(actor), nextCursor: null };
  }

  @Post()
  @Idempotent()
  @ApiOperation({
    summary: 'Add an emergency contact',
    description:
      'With an e-mail address, a telephone number, or both. CONFLICT when there are ten already.',
  })
  @ApiData(ContactView, { status: 201, description: 'Added.' })
  @ApiErrors('VALIDATION_FAILED', ...TOKEN_ERRORS, 'CONFLICT', 'IDEMPOTENCY_KEY_REUSED')
  add(@CurrentActor() actor: Actor, @Body() contact: CreateContactDto): Promise<ContactView> {
    return this.contacts.add(actor, contact);
  }

  @Delete(':contactId')
  @ApiOperation({ summary: 'Remove an emergency contact' })
  @ApiNoData({ description: 'Removed.' })
  @ApiErrors('VALIDATION_FAILED', ...TOKEN_ERRORS, 'NOT_FOUND')
  remove(
    @CurrentActor() actor: Actor,
    @IdParam('contactId') contact: Types.ObjectId,
  ): Promise<void> {
    return this.contacts.remove(actor, contact);
  }
}
