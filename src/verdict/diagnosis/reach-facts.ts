import { isRightBefore, lastBegin, NEAR_LINES, rightBefore } from './connection-end.ts';
import { lastSuccess, type LogFacts, type Witness } from './log-facts.ts';
import { isLastFrame } from './traceback.ts';

/** The station's first address, which came behind this line. */
export function addressBehind(facts: LogFacts, { at }: Witness): Witness | undefined {
  const [first] = facts.seen('address').filter(({ event }) => event.ip !== '0.0.0.0');
  return first !== undefined && first.at > at && lastSuccess(facts) === undefined ? first : undefined;
}

/** The newest address came without a gateway. */
export function lacksGateway(facts: LogFacts): boolean {
  return facts.seen('address').at(-1)?.event.gateway === '0.0.0.0';
}

/** The other side closed (ClientContext's «:rcl») between the beginning of a handshake and its failure. */
export function isInBearSslHandshake(facts: LogFacts, closed: Witness): boolean {
  const isBegun = facts.steps.some(({ step, at }) => step === 'handshake' && at < closed.at);
  return isBegun && facts.seen('handshake-ended').some((ended) => isRightBefore(closed, ended));
}

/** What the program says of a connection whose TLS has failed. */
export const ECHO = 43;

/** True where TLS told of its failure right before, and no new connection was begun since. */
export function isEcho(facts: LogFacts, witness: Witness): boolean {
  const failures: readonly Witness[] = [
    ...facts.codes.filter(({ code }) => Math.abs(code) > 0x7f),
    ...facts.alerts,
    ...facts.flags,
    ...facts.seen('record-problem'),
    ...facts.seen('handshake-failed').filter(({ event }) => event.reason !== 'unknown'),
    ...facts.seen('handshake-ended'),
    ...facts.seen('unreadable'),
    ...facts.seen('empty-file'),
  ];
  const begun = facts.seen('connecting').findLast((connecting) => connecting.at < witness.at)?.at ?? 0;
  return failures.some((failed) => isRightBefore(failed, witness) && failed.at > begun);
}

/** The line, or ClientContext's «:rcl» right before it, says that the other side sent its FIN. */
export function hasClosed(facts: LogFacts, witness: Witness): boolean {
  return (
    FIN.test(witness.line) ||
    facts.seen('connection-lost').some((lost) => isClosedByPeer(lost) && isRightBefore(lost, witness))
  );
}

/** Of WiFiClient::connected(), for which recv() gave 0, and in words. */
const FIN = /\bRES: 0, ERR: \d|\bFIN\b|\bclosed by (?:the )?(?:peer|server|remote|foreign host)\b/i;

/** A line that says no more than that TLS failed may mean the name. */
export function hasShakenHands(facts: LogFacts): boolean {
  return (
    facts.seen('handshake-ended').length > 0 ||
    facts.seen('handshake-failed').some(({ event }) => event.reason !== 'unknown')
  );
}

/** What a post has in the place of the name: «<redacted>.example.org», «[HostName].example.org». */
export function isMasked(host: string): boolean {
  return /^(?:<[^<>]*>|\[[^[\]]*\]|\*{2,}|x{3,})(?:\.[\w-]+)*$/i.test(host);
}

export function isHostName(host: string): boolean {
  // What looks like an address is none with a number beyond a byte.
  if (/^\d+(?:\.\d+){3}$/.test(host)) return host.split('.').every((part) => Number(part) <= 255);
  // A blank before it is one that the poster left, as a rule: of a name that was taken out.
  return /^ ?[\w-]+(?:\.[\w-]+)*\.?$/.test(host);
}

/** Arduino-ESP32's -1 without a word of why at the level of errors. */
export function isBareRefusal(facts: LogFacts, witness: Witness): boolean {
  return (
    facts.codes.length === 0 &&
    facts.steps.length === 0 &&
    !isFollowing(facts, witness) &&
    !isInHandshake(facts, witness)
  );
}

/** The other ways to -1 say of what: a name, a socket, or a TCP connection that was not made (ssl_client.cpp). */
function isFollowing(facts: LogFacts, witness: Witness): boolean {
  // At the verbose level more lines come where a socket is opened.
  if (facts.seen('free-heap').some(({ line }) => line.includes('heap before TLS'))) return true;
  return (
    [
      'dns-failed',
      'connect-failed',
      'connection-reset',
      'connection-lost',
      'timed-out',
      'wifi-disconnected',
    ] as const
  )
    .flatMap((kind): readonly Witness[] => facts.seen(kind))
    .some(({ at, line }) => at < witness.at && !line.includes('start_ssl_client: -1'));
}

export function weightOfTimeOut(facts: LogFacts, witness: Witness): number {
  if (isEcho(facts, witness) || isOfEveryError(facts, witness)) return ECHO;
  // Nothing comes of a connection that had ended.
  if (rightBefore(facts, 'connection-lost', witness) !== undefined) return 50;
  // esp-mqtt's write, of which others tell as of any end.
  if (witness.line.includes('written len = 0')) return 66;
  return isOfBoth(facts, witness) ? 69 : 54;
}

/** Arduino-ESP32's limit for a handshake (ssl_client.cpp); that of TCP is shorter. */
const HANDSHAKE_LIMIT_MS = 120_000;

/** mbedTLS's handshake was begun for it right before, or took all of its time. */
export function isInHandshake(facts: LogFacts, witness: Witness): boolean {
  return (
    witness.line.includes('start_ssl_client') &&
    (facts.steps.some((step) => step.step === 'handshake' && isRightBefore(step, witness)) ||
      facts.clock.pauses.some(
        ({ ms, after }) => after.at === witness.at && Math.abs(ms - HANDSHAKE_LIMIT_MS) < 5000,
      ))
  );
}

/** What is refused is so at once, and a name is sought for some seconds: nobody answered. */
const LONG_WAIT_MS = 18_000;

/** The line of the try, where the log stood still from there to its failure. */
export function waitBefore({ clock }: LogFacts, { at }: Witness): Witness | undefined {
  return clock.pauses.find(
    ({ ms, before, after }) =>
      ms >= LONG_WAIT_MS &&
      after.at === at &&
      before.at === at - 1 &&
      // The same again comes with the program's own round.
      withoutNumbers(before.line) !== withoutNumbers(after.line),
  )?.before;
}

function withoutNumbers(line: string): string {
  return line.replaceAll(/\d+/g, '');
}

/** esp_tls_conn_new_sync: of TCP and handshake together, where no line tells that it was TCP. */
function isOfBoth(facts: LogFacts, { line }: Witness): boolean {
  const ofTcp = facts.seen('connect-failed').some((failed) => /\bselect\(\) time/.test(failed.line));
  return /\bin specified timeout\b/.test(line) && !ofTcp;
}

/** TLS has failed before: a program that does not close the socket then has none left at last. */
export function tlsFailedBefore(facts: LogFacts, { at }: Witness): boolean {
  const up = lastSuccess(facts)?.at ?? 0;
  return facts.codes.some((code) => code.at > up && code.at < at && Math.abs(code.code) > 0x7f);
}

/** NodeMCU's http says «Connection timeout» behind each of its errors (http_error_callback, http_timeout_callback). */
function isOfEveryError(facts: LogFacts, witness: Witness): boolean {
  return (
    witness.line.includes('HTTP client: Connection timeout') &&
    rightBefore(facts, 'handshake-failed', witness) !== undefined
  );
}

/** TLS has failed right before, in words that give no reason, or by the broker's log: then it was TLS that was not made. */
export function isAfterHandshake(facts: LogFacts, witness: Witness): boolean {
  return facts
    .seen('handshake-failed')
    .some(
      (failed) =>
        /\bclient (?:<unknown>|\(null\)|connection from)/i.test(failed.line) ||
        (isRightBefore(failed, witness) && lastBegin(facts, witness) < failed.at),
    );
}

/** The ESP8266 core's ClientContext: the other side has closed; with what was received and not read yet. */
export function isClosedByPeer({ line }: Witness): boolean {
  return /:rcl(?: pb=\S+ sz=\d+)?$/.test(line);
}

/** Arduino's HTTPClient says «connection refused» of every connection that was not made, and its code for that is -1. Below it lwIP said otherwise. */
export function isFixedText(facts: LogFacts, witness: Witness): boolean {
  const { at, line } = witness;
  if (/errno|\b1[01]\d\b|ECONN/i.test(line)) return false;
  if (/\bHTTP error: connection refused\b/.test(line)) return true;
  if (
    facts.codes.some((failed) => failed.line.includes('start_ssl_client') && isRightBefore(failed, witness))
  )
    return true;
  return facts
    .seen('connect-failed')
    .some(
      ({ event: { why }, at: other, line: before }) =>
        Math.abs(at - other) <= NEAR_LINES &&
        ((why === 'any-layer' && /(?<![\w.-])-1\b/.test(before)) ||
          ((why === 'timeout' || why === 'unreachable') && /\berrno\b/.test(before))),
    );
}

/** Azure's SDK says so of TCP and TLS together, behind the layer that failed. */
export function isOfAzure(facts: LogFacts, witness: Witness): boolean {
  return (
    witness.line.includes('failure connecting to address') &&
    rightBefore(facts, 'handshake-failed', witness) !== undefined
  );
}

/** Python raised it in a connect(), where there is nothing yet that could break: lwIP gave up. */
export function isInConnect(facts: LogFacts, witness: Witness): boolean {
  return facts
    .seen('application')
    .some((step) => step.event.what === 'mqtt-connect' && isLastFrame(step, witness));
}
