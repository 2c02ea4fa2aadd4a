import type { MonitorDetail } from '../event.ts';
import { disconnected } from './wifi-reasons.ts';

/** State of the SDK's station that asks for association. */
const ASSOCIATING = 3;
/** State of the SDK's station that is associated, which later libraries call «run». */
export const ASSOCIATED = 5;

/** What brought the station back to its first state, from a state by its number (later libraries name them). */
export function reasonBehind(from: number | undefined, why: string | undefined): MonitorDetail | undefined {
  return from === ASSOCIATING ? ofAssociation(why) : ofState(why);
}

/** A status of the access point's answer (IEEE 802.11, «Status codes») is no reason: 17 says that it is full. */
function ofAssociation(why: string | undefined): MonitorDetail | undefined {
  const status = Number.parseInt(why ?? '0', 16);
  if (status > 0xff || status < FIRST_REFUSAL) return ofState(why);
  return disconnected(status === 17 ? 5 : 203);
}

/** Of the statuses that refuse an association; those below are reasons, too. */
const FIRST_REFUSAL = 17;

/**
 * What the library prints behind a change of its state: the reason above the subtype of the frame that brought it (c0:
 * deauthentication), or the reason alone. 0, and what the station does by itself, is none.
 */
function ofState(why: string | undefined): MonitorDetail | undefined {
  const value = Number.parseInt(why ?? '0', 16);
  const reason = value > 0xff ? value >> 8 : value;
  const isKnown = (reason > 1 && reason < 25) || (reason >= 200 && reason <= 212);
  return isKnown && reason !== 3 && reason !== 8 ? disconnected(reason) : undefined;
}
