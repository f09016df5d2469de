/** What goes out to a contact. */
export interface ContactText {
  subject: string;
  lines: string[];
}

/** Longer names are cut: two names and what is between them fit. */
const LONGEST_NAME = 40;

/**
 * Threat: the name is whatever somebody calls themselves, and goes to people who never heard of us. As letters alone it can hold
 * no link and no number to call.
 */
export function plainName(name: string): string {
  const letters = name
    .replaceAll(/[^\p{L}\p{M} '’.-]/gu, '')
    // A full stop within a word makes a link of it.
    .replaceAll(/\.(?=\S)/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return letters.slice(0, LONGEST_NAME).trim() || 'Somebody who named you as a contact';
}

/** @param name null in an anonymous SOS. */
export function alarmText(name: string | null, silent: boolean, link: string): ContactText {
  const who = name === null ? 'Somebody who named you as an emergency contact' : plainName(name);
  return {
    subject: `${who} has called for help`,
    lines: [
      `${who} has called for help with AllyNet.`,
      ...(silent ? ['Do not ring them up: a sound could put them in danger.'] : []),
      'Follow how they are:',
      link,
      'If you think that they are in danger, call the emergency services.',
    ],
  };
}

export function allClearText(name: string | null, cancelled: boolean): ContactText {
  const whose = name === null ? 'somebody who named you as an emergency contact' : plainName(name);
  const how = cancelled ? 'was taken back: it was a false alarm' : 'is over';
  return {
    subject: `The call for help by ${whose} ${cancelled ? 'was taken back' : 'is over'}`,
    lines: [`The call for help by ${whose} ${how}.`],
  };
}
