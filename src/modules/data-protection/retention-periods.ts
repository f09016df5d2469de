import { DAY, HOUR } from '../../common/time/clock';

/** Where somebody was: longer than this it says nothing of where they are (dispatch asks for no older one either). */
export const PLACES_KEPT_MS = 24 * HOUR;

/** What was written to one another, after that has ended which it was about. */
export const MESSAGES_KEPT_MS = 90 * DAY;
