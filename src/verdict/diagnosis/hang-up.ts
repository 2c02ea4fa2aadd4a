import { endedBehindHandshake, isInRead, lastBegin } from './connection-end.ts';
import { lastSuccess, type LogFacts, type Witness } from './log-facts.ts';
import { finding, type Finding } from './rule.ts';

/** A device that has been up no longer than this, with the time for Wi-Fi in it, was hung up on at once, in milliseconds. */
const AT_ONCE_MS = 5000;

/** Steps that a server which speaks no TLS never lets the client come to. */
const BEHIND_SERVER_HELLO =
  /parse (?:certificate|server (?:key|hello done)|change cipher|finished|new session)|write (?:certificate|client key|change cipher|finished)/;
/** The client has shown its certificate, or the lack of one. */
const OWN_FLIGHT = /(?:write|parse) (?:change cipher|finished)|parse new session|write certificate verify/;

/** A hang-up says little by itself; where it came says more. */
export function hangUp(facts: LogFacts, witness: LogFacts['codes'][number]): Finding[] {
  const up = lastSuccess(facts);
  const isThisOne = up !== undefined && up.at < witness.at && up.at >= lastBegin(facts, witness);
  const connected = isThisOne ? up : undefined;
  const isShaking = isOfHandshake(witness);
  const later = isShaking ? undefined : endedBehindHandshake(facts, witness);
  if (later !== undefined) return later;
  if (isInRead(facts, witness))
    return [finding('tls.closed_later', 68, witness), finding('aws.policy', 60, witness)];
  // A server that has answered may hang up.
  if (facts.seen('http-status').some(({ at }) => at < witness.at)) return [];
  if ((connected !== undefined && !isShaking) || /_read$/.test(witness.call ?? '')) {
    return [finding('aws.policy', 70, witness, connected), finding('tls.peer_eof', 50, witness)];
  }
  const slow = tooSlow(facts, witness, 85);
  // Bench firmware has no Wi-Fi to wait for.
  const isBench = facts.seen('hello').length > 0;
  const flight = facts.steps.findLast(({ step }) => BEHIND_SERVER_HELLO.test(step));
  if (flight !== undefined && slow.length === 0) {
    return [
      finding('tls.alert.client_certificate', OWN_FLIGHT.test(flight.step) ? 78 : 35, witness, flight),
      finding('tls.peer_eof', 60, witness, flight),
      finding('cpu.slow_dhe', 30, witness),
    ];
  }
  const atOnce = !isBench && isAtOnce(facts, witness);
  return [
    finding('tls.peer_eof', 55, witness),
    finding('net.plain_port', atOnce ? 60 : 45, witness),
    // More lines would tell of the wait.
    finding('cpu.slow_dhe', isArduino(witness.line) && facts.lineCount === 1 ? 58 : 30, witness),
    finding('tls.alert.client_certificate', 35, witness),
    ...slow,
  ];
}

/** A server without TLS closes as soon as it reads ClientHello; where the log shows the start of Wi-Fi, others do no later. */
function isAtOnce(facts: LogFacts, { at, timeMs }: Witness): boolean {
  const to = facts.seen('connecting').findLast((connecting) => connecting.at < at);
  const waited = (timeMs ?? Infinity) - (to?.timeMs ?? -Infinity);
  if (to !== undefined && waited < ONE_ANSWER_MS && isOwnServer(to.event)) return true;
  return timeMs !== undefined && timeMs < AT_ONCE_MS && facts.seen('address').length === 0;
}

/** Of a line that names the host alone. */
const UNKNOWN_PORT = 0;
/** In the own network what answers ClientHello takes its time for a key exchange; what reads none does not. */
const ONE_ANSWER_MS = 100;

/** A port of somebody's choice in the own network, where servers with and without TLS are. */
function isOwnServer({ host, port }: { host: string; port: number }): boolean {
  return (
    /^(?:192\.168|10|172\.(?:1[6-9]|2\d|3[01]))\./.test(host) &&
    ![UNKNOWN_PORT, 443, 8443, 8883].includes(port)
  );
}

/** True for what the handshake's call returned. */
export function isOfHandshake({ call }: LogFacts['codes'][number]): boolean {
  return /handshake/.test(call ?? '');
}

/**
 * Arduino-ESP32's prebuilt mbedTLS offered DHE-RSA, and its callers gave the handshake two minutes: servers do not. Its
 * releases of that time print the code alone.
 */
function isArduino(line: string): boolean {
  return /\[[EW]\]\[ssl_client\.cpp:\d+\] handle_error\(\): MbedTLS message code/.test(line);
}

/** Servers wait for a handshake some ten seconds, a few of them less, in milliseconds. */
const SLOW_SIGNATURE_MS = 5000;

/** The client computed for so long that the server will have given up: its signature, or its part of the key exchange. */
export function tooSlow(facts: LogFacts, ended: Witness, weight: number): Finding[] {
  const signed =
    facts.seen('signed').find(({ event }) => event.ms >= SLOW_SIGNATURE_MS) ?? pauseBehind(facts, SIGNING);
  if (signed !== undefined) return [finding('cpu.slow_rsa', weight, ended, signed)];
  const exchange = pauseBehind(facts, EXCHANGING);
  return exchange === undefined ? [] : [finding('cpu.slow_exchange', weight, ended, exchange)];
}

const SIGNING = /calc verify|certificate verify/;
/** mbedTLS computes two points there, and prints each (ssl_cli.c, ssl_write_client_key_exchange). */
const EXCHANGING = /=> write client key exchange|value of 'ECDH: /;

function pauseBehind({ clock }: LogFacts, step: RegExp): Witness | undefined {
  return clock.pauses.find(({ before }) => step.test(before.line))?.before;
}
