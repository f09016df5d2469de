import type { TestActor } from '../../support/actors';
import type { TestApp } from '../../support/app';

export type Query = Record<string, string | number | boolean>;

/** How one list is asked while its reads are explained: by whom, where, and with what filters and sorts. */
export interface ListCalls {
  as: TestActor;
  /** Below `/api/v1`. */
  path: string;
  queries: Query[];
}

/**
 * The lists of a domain, by their route (`GET /api/v1/admin/users`). Each makes what it lists first: two rows at least, so
 * that there is a second page. `x.lists.ts` exports them as `lists`, and `list-routes.e2e-spec.ts` does the rest.
 */
export type Lists = Record<string, (server: TestApp) => Promise<ListCalls>>;

/**
 * Every way of choosing one value of each parameter, or leaving it out (`undefined`).
 *
 * @param values by parameter; a query field that must always be there is a list of one.
 */
export function combinations(
  values: Record<string, readonly (string | number | boolean | undefined)[]>,
): Query[] {
  return Object.entries(values).reduce<Query[]>(
    (queries, [name, choices]) =>
      queries.flatMap((query) =>
        choices.map((choice) => (choice === undefined ? query : { ...query, [name]: choice })),
      ),
    [{}],
  );
}
