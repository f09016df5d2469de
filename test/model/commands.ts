import { UserModerationService } from '../../src/modules/admin/user-moderation.service';
import { AnswerService } from '../../src/modules/emergencies/answer.service';
import { DepartureService } from '../../src/modules/emergencies/departure.service';
import { Dispatcher } from '../../src/modules/emergencies/dispatch/dispatcher';
import { EmergencyService } from '../../src/modules/emergencies/emergency.service';
import { ResponseService } from '../../src/modules/emergencies/response.service';
import { SosService } from '../../src/modules/emergencies/sos.service';
import { BlocksService } from '../../src/modules/users/blocks.service';
import { UsersService } from '../../src/modules/users/users.service';
import { accept, decline, progress, type Step } from './machine/answering';
import { dispatch, stop, wake } from './machine/dispatching';
import { cancel, completeUnopposed, expire, resolve } from './machine/ending';
import {
  beAvailable,
  block,
  object,
  reinstate,
  sendAway,
  suspend,
  withdraw,
} from './machine/leaving';
import { answer, type Phase } from './machine/process';
import { raise } from './machine/raising';
import type { Actor } from './machine/seeing';
import { isAnonymous, type Person, requesterOf, type Tap } from './machine/state';
import { answerOf, type World } from './world';

/** Something that somebody does: how it reads, what the model makes of it, and how it is really done. */
export class Command {
  constructor(
    readonly text: string,
    readonly model: Phase,
    readonly act: (world: World) => Promise<string>,
  ) {}

  /** What a report shows. */
  toString(): string {
    return this.text;
  }
}

export const commands = {
  raise: (tap: Tap) =>
    new Command(`raise ${tap}`, raise(tap), (world) => {
      const requester = requesterOf(tap);
      return answerOf(async () => {
        const { replayed } = await world
          .nodeOf(requester)
          .get(SosService)
          .raise(world.as(requester), {
            type: 'medical',
            requestId: tap,
            location: world.place,
            anonymous: isAnonymous(tap),
          });
        return replayed ? 'replayed' : 'raised';
      });
    }),

  accept: (helper: Person, tap: Tap) =>
    new Command(`${helper} accepts ${tap}`, accept(helper, tap), (world) =>
      world.onSos(tap, (id) =>
        world.nodeOf(helper).get(AnswerService).accept(world.as(helper), id, null),
      ),
    ),
  decline: (helper: Person, tap: Tap) =>
    new Command(`${helper} declines ${tap}`, decline(helper, tap), (world) =>
      world.onSos(tap, (id) =>
        world.nodeOf(helper).get(AnswerService).decline(world.as(helper), id, null),
      ),
    ),
  progress: (helper: Person, tap: Tap, to: Step) =>
    new Command(`${helper} is ${to} for ${tap}`, progress(helper, tap, to), (world) =>
      world.onSos(tap, (id) =>
        world.nodeOf(helper).get(ResponseService).progress(world.as(helper), id, to, null),
      ),
    ),
  withdraw: (helper: Person, tap: Tap) =>
    new Command(`${helper} withdraws from ${tap}`, withdraw(helper, tap), (world) =>
      world.onSos(tap, (id) =>
        world.nodeOf(helper).get(DepartureService).withdraw(world.as(helper), id),
      ),
    ),
  sendAway: (actor: Person, helper: Person, tap: Tap) =>
    new Command(
      `${actor} sends ${helper} away from ${tap}`,
      sendAway(actor, helper, tap),
      (world) =>
        world.onSos(tap, (id) =>
          world
            .nodeOf(actor)
            .get(DepartureService)
            .sendAway(world.as(actor), id, world.idOf(helper)),
        ),
    ),

  resolve: (actor: Actor, tap: Tap) =>
    new Command(`${actor} resolves ${tap}`, resolve(actor, tap), (world) =>
      world.onSos(tap, (id) =>
        world.nodeOf(actor).get(EmergencyService).resolve(world.as(actor), id, 'helped', null),
      ),
    ),
  cancel: (actor: Person, tap: Tap) =>
    new Command(`${actor} cancels ${tap}`, cancel(actor, tap), (world) =>
      world.onSos(tap, (id) =>
        world.nodeOf(actor).get(EmergencyService).cancel(world.as(actor), id, null),
      ),
    ),
  object: (actor: Person, tap: Tap) =>
    new Command(`${actor} objects to the completion of ${tap}`, object(actor, tap), (world) =>
      world.onSos(tap, (id) =>
        world.nodeOf(actor).get(EmergencyService).object(world.as(actor), id),
      ),
    ),
  expire: (tap: Tap, node: number) =>
    new Command(`node ${node} expires ${tap}`, expire(tap), (world) =>
      world.onSos(tap, async (id) =>
        (await world.node(node).get(EmergencyService).expire(id)) ? 'yes' : 'no',
      ),
    ),
  complete: (tap: Tap, node: number) =>
    new Command(`node ${node} completes ${tap}`, completeUnopposed(tap), (world) =>
      world.onSos(tap, async (id) =>
        (await world.node(node).get(EmergencyService).completeUnopposed(id)) ? 'yes' : 'no',
      ),
    ),

  block: (blocker: Person, blocked: Person) =>
    new Command(`${blocker} blocks ${blocked}`, block(blocker, blocked), (world) =>
      answerOf(async () => {
        const blocks = world.nodeOf(blocker).get(BlocksService);
        await blocks.add(world.as(blocker), world.idOf(blocked));
        // Its later looks would come at a time that the model does not know.
        blocks.onModuleDestroy();
      }),
    ),
  suspend: (person: Person) =>
    new Command(`the moderator suspends ${person}`, suspend(person), (world) =>
      moderate(world, person, 'suspended'),
    ),
  reinstate: (person: Person) =>
    new Command(`the moderator reinstates ${person}`, reinstate(person), (world) =>
      moderate(world, person, 'active'),
    ),

  available: (helper: Person, available: boolean) =>
    new Command(
      `${helper} goes ${available ? 'online' : 'offline'}`,
      beAvailable(helper, available),
      (world) =>
        answerOf(async () => {
          await world
            .nodeOf(helper)
            .get(UsersService)
            .updateHelper(world.as(helper), { available });
        }),
    ),

  dispatch: (tap: Tap, node: number) =>
    new Command(`node ${node} dispatches ${tap}`, dispatch(tap), (world) =>
      world.onSos(tap, async (id) =>
        (await world.node(node).get(Dispatcher).runDue(id)) ? 'ran' : 'nothing due',
      ),
    ),
  stop: (tap: Tap, node: number) =>
    new Command(`node ${node} claims a wave of ${tap} and stops`, stop(tap), (world) =>
      world.onSos(tap, async (id) => {
        const claimed = await world.node(node).get(Dispatcher).claim(id);
        if (!claimed) return 'nothing due';
        world.held.set(tap, claimed);
        return 'ran';
      }),
    ),
  wake: (tap: Tap, node: number) =>
    new Command(`node ${node} wakes up with its wave of ${tap}`, wake(tap), async (world) => {
      const held = world.held.get(tap);
      if (!held) return 'nothing due';
      world.held.delete(tap);
      return answerOf(async () => {
        await world.node(node).get(Dispatcher).runWave(held.emergency, held.token);
        return 'ran';
      });
    }),

  wait: (seconds: number) =>
    new Command(
      `${seconds} s pass`,
      (state) => {
        state.now += seconds;
        return answer('ok');
      },
      async (world) => {
        world.wait(seconds);
        return 'ok';
      },
    ),
};

async function moderate(
  world: World,
  person: Person,
  status: 'active' | 'suspended',
): Promise<string> {
  return answerOf(async () => {
    await world
      .nodeOf('moderator')
      .get(UserModerationService)
      .change(world.as('moderator'), world.idOf(person), { status });
  });
}
