/** Deeper than any body of ours; what walks a body by recursion must not run out of stack. */
const DEEPEST = 20;

/**
 * More than any body of ours holds, lists and objects within it included: opening hours with all their dates come to 1,400.
 * Threat: a list of 30,000 empty objects fits into the largest body, and to say what is wrong with each takes seconds and an
 * answer eighty times as long.
 */
const MOST_VALUES = 2000;

/**
 * What no payload may be, whatever it is for: nested without end, of values without number, or holding keys that reach for
 * what every object inherits. Nest would drop such keys in silence; whoever sends them should know that they were seen.
 *
 * @returns the field and the rule it breaks, or null.
 */
export function payloadProblem(payload: unknown): { field: string; rule: string } | null {
  const waiting: { value: unknown; depth: number }[] = [{ value: payload, depth: 0 }];
  let values = 0;
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { value, depth } = next;
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) continue;
    for (const [key, child] of Object.entries(value)) {
      if (key in Object.prototype) {
        return { field: key, rule: `property ${key} should not exist` };
      }
      if (depth === DEEPEST) return { field: key, rule: 'the payload is nested too deeply' };
      values += 1;
      if (values > MOST_VALUES) {
        return { field: key, rule: `the payload holds more than ${MOST_VALUES} values` };
      }
      waiting.push({ value: child, depth: depth + 1 });
    }
  }
  return null;
}
