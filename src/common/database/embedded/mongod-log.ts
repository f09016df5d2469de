import { readFile, rename } from 'node:fs/promises';

const SHOWN_LINES = 6;
const LINE_LENGTH = 400;

/** Keeps the log of one former run, so that the file neither grows for ever nor multiplies at each start. */
export async function rotateLog(logPath: string): Promise<void> {
  await rename(logPath, logPath.replace(/(\.log)?$/, '.previous.log')).catch(() => undefined);
}

/** The whole log of this run; empty if mongod never opened it. */
export async function readLog(logPath: string): Promise<string> {
  return readFile(logPath, 'utf8').catch(() => '');
}

/**
 * The lines of a mongod log that say why it ended, readable. Its errors, if it logged any (a stopping mongod writes a
 * hundred lines after the one that matters); else the last lines.
 */
export function explainLog(text: string): string[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const entries = lines.map(parseLine);
  const errors = entries.filter(({ severity }) => severity === 'E' || severity === 'F');
  return (errors.length > 0 ? errors : entries).slice(-SHOWN_LINES).map((entry) => entry.text);
}

function parseLine(line: string): { severity: string; text: string } {
  try {
    const entry: unknown = JSON.parse(line);
    if (typeof entry === 'object' && entry !== null && 'msg' in entry) {
      const severity = 's' in entry ? String(entry.s) : '';
      const attributes = 'attr' in entry ? ` ${JSON.stringify(entry.attr)}` : '';
      return { severity, text: shorten(`${severity} ${String(entry.msg)}${attributes}`) };
    }
  } catch {
    // Not JSON: what mongod prints before its log is set up.
  }
  return { severity: '', text: shorten(line) };
}

function shorten(text: string): string {
  return text.length > LINE_LENGTH ? `${text.slice(0, LINE_LENGTH)}…` : text;
}
