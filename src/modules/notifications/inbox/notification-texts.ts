import { Injectable } from '@nestjs/common';
import type { Types } from 'mongoose';
import { UsersService } from '../../users/users.service';
import type { Notification } from '../schemas/notification.schema';
import type { ToRender } from '../templates/render';

/** The names that notifications need, as they are now. */
@Injectable()
export class NotificationTexts {
  constructor(private readonly users: UsersService) {}

  async named<Row extends Pick<Notification, 'kind' | 'params' | 'actor'>>(
    rows: Row[],
  ): Promise<{ row: Row; toRender: ToRender }[]> {
    const actors = rows.flatMap(({ actor }): Types.ObjectId[] => (actor ? [actor] : []));
    const people = await this.users.publicNames(actors);
    return rows.map((row) => {
      const person = row.actor ? people.get(row.actor.toHexString()) : undefined;
      // An erased account is called so in the reader's language.
      const actorName = person && person.status !== 'erased' ? person.displayName : null;
      return { row, toRender: { kind: row.kind, params: row.params, actorName } };
    });
  }
}
