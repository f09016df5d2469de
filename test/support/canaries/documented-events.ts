import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const DOCUMENT = join(__dirname, '../../../docs/realtime.md');

/** Every event that a table of docs/realtime.md names, `a.created`, `.removed` being `a.created` and `a.removed`. */
function documentedEvents(): Set<string> {
  const names = new Set<string>();
  for (const [, cell = ''] of readFileSync(DOCUMENT, 'utf8').matchAll(/^\|([^|]*)\|/gm)) {
    let family = '';
    for (const [, name = ''] of cell.matchAll(/`([a-z_]*\.[a-z_]+)`/g)) {
      const whole = name.startsWith('.') ? family + name : name;
      family = whole.split('.')[0] ?? '';
      names.add(whole);
    }
  }
  return names;
}

const documented = documentedEvents();

/** Whether clients were told that there is such an event. */
export const isDocumented = (event: string): boolean => documented.has(event);
