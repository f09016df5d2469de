import type { Place } from '../../src/common/geo/geo';
import { must, register, staff, type TestActor, verifiedHelper } from '../support/actors';
import type { TestApp } from '../support/app';
import { accept, north, raise, somewhere, step } from '../support/emergencies';
import type { Persona } from './access-table';

type Account = Exclude<Persona, 'anonymous'>;

/**
 * Everybody of the table round one live emergency. People are made once and the emergency anew when a row has changed it,
 * as making people is what takes time.
 */
export class Cast {
  emergencyId = '';
  private done = new Set<string>();

  private constructor(
    readonly server: TestApp,
    readonly place: Place,
    readonly people: Record<Account, TestActor>,
    /** Somebody with no part in it, to whom things are done. */
    readonly bystander: TestActor,
  ) {}

  static async assemble(server: TestApp): Promise<Cast> {
    const place = somewhere();
    const [stranger, requester, bystander, moderator, admin] = await Promise.all([
      register(server),
      register(server),
      register(server),
      staff(server, 'moderator'),
      staff(server, 'admin'),
    ]);
    const [alerted, responder, withdrawn, suspended] = await Promise.all([
      verifiedHelper(server, north(place, 300)),
      verifiedHelper(server, north(place, 400)),
      verifiedHelper(server, north(place, 500)),
      verifiedHelper(server, north(place, 600)),
    ]);
    const cast = new Cast(
      server,
      place,
      { stranger, requester, alerted, responder, withdrawn, suspended, moderator, admin },
      bystander,
    );
    await cast.raise();
    return cast;
  }

  /** Whoever acts in a column; for `anonymous` somebody whose token is not sent. */
  self(persona: Persona): TestActor {
    return persona === 'anonymous' ? this.bystander : this.people[persona];
  }

  /** Ends the emergency, and raises one in which everybody is what they are called again. */
  async renew(): Promise<void> {
    // It may have ended already: by the row.
    await this.people.moderator.post(`/emergencies/${this.emergencyId}/resolve`);
    this.people.requester = await register(this.server);
    must(await this.standing('active'));
    await this.raise();
  }

  /** Brings the emergency into a state that a row is about; once for each emergency. */
  async once(state: string, arrange: () => Promise<void>): Promise<void> {
    if (this.done.has(state)) return;
    this.done.add(state);
    await arrange();
  }

  private async raise(): Promise<void> {
    const { requester, responder, withdrawn, suspended } = this.people;
    this.done = new Set();
    const raised = must(await raise(requester, { location: this.place }));
    this.emergencyId = raised.data.id;
    for (const helper of [responder, withdrawn, suspended]) {
      must(await accept(helper, this.emergencyId));
    }
    must(await step(withdrawn, this.emergencyId, 'withdrawn'));
    must(await this.standing('suspended'));
  }

  /** Suspended in the middle of it: a responder until then. */
  private standing(status: 'active' | 'suspended') {
    const { admin, suspended } = this.people;
    return admin.patch(`/admin/users/${suspended.id}`, { status });
  }
}
