import { lastSuccess, type LogFacts, type Witness } from './log-facts.ts';

/** The program had its network or a connection behind that line: what the line tells of, it can do without. */
export function hasGoneOn(facts: LogFacts, { at }: Witness): boolean {
  return (
    facts.seen('address').some(({ event, at: later }) => event.ip !== '0.0.0.0' && later > at) ||
    (lastSuccess(facts)?.at ?? 0) > at
  );
}
