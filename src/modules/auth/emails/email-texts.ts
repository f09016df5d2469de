import type { Mail } from '../../notifications/mailer';

const NOT_YOU = 'If it was not you, ignore this mail: without the link nothing happens.';

/** The link stands alone on its line, so that every mail reader makes it one. */
function withLink(before: string, link: string, hours: number, after: string): string {
  return [before, '', link, '', `It works once, within ${hours} hours. ${after}`].join('\n');
}

export interface LinkMail {
  to: string;
  link: string;
  hours: number;
}

export const confirmation = ({ to, link, hours }: LinkMail): Mail => ({
  to,
  subject: 'Confirm your e-mail address for AllyNet',
  text: withLink(
    'An AllyNet account has this e-mail address. To confirm that it is yours, open this link:',
    link,
    hours,
    'If you made no account, do not open it: somebody else gave your address, and knows the password.',
  ),
});

export const changeToHere = ({ to, link, hours }: LinkMail): Mail => ({
  to,
  subject: 'Confirm your new e-mail address for AllyNet',
  text: withLink(
    'Somebody asked to use this e-mail address for their AllyNet account. To do so, open this link:',
    link,
    hours,
    NOT_YOU,
  ),
});

/** Without the new address: it is not for whoever reads the old one's mail. */
export const changeAskedFor = (to: string): Mail => ({
  to,
  subject: 'Your AllyNet e-mail address is to be changed',
  text: [
    'Somebody who knows your password asked for another e-mail address for your AllyNet account. It changes once the link ' +
      'that was sent there is opened.',
    '',
    'If it was not you, change your password now: that stops it.',
  ].join('\n'),
});

export const changed = (to: string): Mail => ({
  to,
  subject: 'Your AllyNet e-mail address was changed',
  text: 'Your AllyNet account has another e-mail address now. Mail about it goes there; you log in with the new address.',
});
