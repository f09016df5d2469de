/** Two people of whom one has vouched for the other. */
export type Link = readonly [string, string];

/**
 * Which circle each of these people belongs to: the connected components of the links among them. Links to anybody else do not
 * count: two neighbours whom one baker knows are no circle.
 *
 * @returns for each person somebody who stands for their circle.
 */
export function circlesOf(people: readonly string[], links: readonly Link[]): Map<string, string> {
  const parent = new Map(people.map((person) => [person, person]));
  const find = (person: string): string => {
    let at = person;
    for (let up = parent.get(at); up !== undefined && up !== at; up = parent.get(at)) at = up;
    return at;
  };
  for (const [one, other] of links) {
    if (!parent.has(one) || !parent.has(other)) continue;
    const [a, b] = [find(one), find(other)];
    // The smaller id stands for both, whatever the order of the links.
    if (a !== b) parent.set(a < b ? b : a, a < b ? a : b);
  }
  return new Map(people.map((person) => [person, find(person)]));
}
