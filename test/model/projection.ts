import { type Person, PEOPLE, type SosState, type State, TAPS } from './machine/state';

/** What the model and the database must agree upon, as a text that two equal ones share. */
export function projectionOf(
  sos: Partial<Record<string, SosState>>,
  people: State['people'],
): string {
  return [
    ...TAPS.flatMap((tap) => {
      const one = sos[tap];
      return one ? [`${tap} ${describe(one)}`] : [];
    }),
    ...PEOPLE.map((person) => {
      const { available, suspended, blocks } = people[person];
      return `${person}${available ? ' available' : ''}${suspended ? ' suspended' : ''} blocks [${blocks.toSorted().join()}]`;
    }),
  ].join('\n');
}

export function projectModel({ sos, people }: State): string {
  return projectionOf(sos, people);
}

function describe(sos: SosState): string {
  return [
    `${sos.status} seq ${sos.seq}`,
    `responses [${each(sos.responses, ({ status, because }) => `${status} ${because ?? ''}`)}]`,
    `alerts [${each(sos.alerts, ({ status, because, attempt }) => `${status} ${because ?? ''} ×${attempt}`)}]`,
    `wave ${sos.wave}${sos.reopened ? ' reopened' : ''}`,
    `next ${sos.nextAt} lease ${sos.leaseUntil} completion ${sos.completionDueAt} expires ${sos.expiresAt}`,
  ].join(', ');
}

function each<T>(of: Partial<Record<Person, T>>, tell: (one: T) => string): string {
  return PEOPLE.flatMap((person) => {
    const one = of[person];
    return one ? [`${person} ${tell(one)}`.trim()] : [];
  }).join(', ');
}
