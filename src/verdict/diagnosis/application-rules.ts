import type { SdkRefusal, UpdateProblem } from '../../monitor/event-terms.ts';
import type { CauseId } from './causes.ts';
import { CODE, hasPart } from './codes.ts';
import { rightBefore } from './connection-end.ts';
import { causeOfStatus } from './http-status.ts';
import type { Witness } from './log-facts.ts';
import { finding, told, type Rule } from './rule.ts';
import { isLastFrame } from './traceback.ts';
import { hasGoneOn } from './went-on.ts';

const UPDATE: Readonly<Record<UpdateProblem, CauseId>> = {
  unknown: 'ota.failed',
  'not-an-image': 'ota.not_an_image',
  'other-chip': 'ota.other_chip',
  'too-old': 'ota.too_old',
  unconfirmed: 'ota.unconfirmed',
  damaged: 'ota.damaged',
  signature: 'ota.signature',
  'too-large': 'ota.too_large',
  'no-partition': 'ota.no_partition',
  conflict: 'ota.conflict',
  flash: 'ota.flash',
  'flash-size': 'ota.flash_size',
  incomplete: 'ota.incomplete',
  'no-length': 'ota.no_length',
  password: 'ota.password',
  'not-begun': 'ota.not_begun',
  strapping: 'ota.strapping',
};

const REFUSED: Readonly<Record<SdkRefusal, readonly [cause: CauseId, weight: number]>> = {
  'not-initialised': ['program.not_initialised', 64],
  'bad-argument': ['program.bad_argument', 64],
  busy: ['program.wifi_busy', 64],
  'no-memory': ['heap.exhausted', 94],
  'other-channel': ['program.espnow_channel', 80],
};

/** Errors that tell what is missing. */
const RAISED: Readonly<Record<string, CauseId>> = {
  ssl_context: 'program.no_tls_context',
  depth: 'program.depth',
};

/** What is behind TLS beside MQTT: HTTP, mail, updates over the air, and what signs with the time. */
export const APPLICATION_RULES: readonly Rule[] = [
  (facts) =>
    facts
      .seen('sdk-refused')
      .filter(({ event, ...witness }) => event.why === 'other-channel' || !hasGoneOn(facts, witness))
      .map(({ event, ...witness }) => finding(...REFUSED[event.why], witness)),
  (facts) =>
    facts.seen('raised').flatMap(({ event: { error }, ...witness }) => {
      const known = Object.hasOwn(RAISED, error) ? RAISED[error] : undefined;
      if (known !== undefined) return [finding(known, 72, witness)];
      const isLast = (frame: Witness) => isLastFrame(frame, witness);
      const connect = facts
        .seen('application')
        .findLast((step) => step.event.what === 'mqtt-connect' && isLast(step));
      const frame = facts.seen('frame').findLast(isLast);
      const isOfMqtt = frame?.event.file.startsWith('umqtt') === true;
      // Elsewhere, in umqtt's connect() too, it may be TLS's own -1.
      if (error === 'OSError') return isOfMqtt ? [finding('mqtt.ended', 62, witness, frame)] : [];
      // An answer without a byte: umqtt indexes what it read of CONNACK, urequests what getaddrinfo gave.
      if (error === 'IndexError' && connect !== undefined)
        return [finding('mqtt.no_answer', 62, witness, connect)];
      return error === 'IndexError' && frame !== undefined && !isOfMqtt
        ? [finding('net.dns', 62, witness, frame)]
        : [finding('program.raised', 56, witness)];
    }),

  // What is signed with the time of day is refused where there is none.
  (facts) => {
    const denied = facts
      .seen('http-status')
      .find(({ event }) => event.status === 401 || event.status === 403);
    const signed = facts.seen('clock-unset').find(({ line }) => /X-Amz-Date/i.test(line));
    return denied === undefined || signed === undefined
      ? []
      : [finding('tls.clock_unset', 82, signed, denied)];
  },
  // Azure's token, too, and the head of its SDK's lines shows the clock.
  (facts) => {
    const refusals = facts.seen('mqtt-refused').filter(({ event }) => event.why === 'credentials');
    const [refused] = refusals;
    const early = refusals.find(({ line }) => AZURE_IN_1970.test(line));
    if (refused === undefined || (early === undefined && !facts.subjects.has('azure'))) return [];
    if (refusals.some(({ line }) => AZURE_IN_TIME.test(line))) return [];
    const clock = early ?? facts.seen('clock-unset').at(-1);
    const set = facts.seen('clock-set').at(-1)?.at ?? 0;
    return clock === undefined || clock.at < set ? [] : [finding('tls.clock_unset', 82, clock, refused)];
  },
  (facts) =>
    facts
      .seen('no-error')
      .map(({ event: { result }, ...witness }) =>
        result === 'positive'
          ? finding('program.positive_result', 88, witness)
          : finding('program.want_again', 72, witness),
      ),
  told('build-failed', 'program.not_built', 95),
  told('http-buffer-small', 'http.buffer', 72),
  // A network that the device does not come into is why, where the log shows it.
  (facts) => {
    const isOut = facts.seen('wifi-disconnected').length > 0;
    return facts
      .seen('provisioning-failed')
      .filter(({ event, ...witness }) => event.isStart !== true || !hasGoneOn(facts, witness))
      .map(({ event, ...witness }) =>
        event.isStart === true
          ? finding('provisioning.not_started', 88, witness)
          : finding('provisioning.failed', isOut ? 60 : 88, witness),
      );
  },
  told('body-unusable', 'http.body', 58),
  told('url-refused', 'net.bad_url', 84),
  told('server-not-started', 'server.not_started', 92),
  told('starttls-refused', 'mail.starttls', 90),
  told('starttls-wanted', 'mail.starttls_wanted', 91),
  told('login-refused', 'mail.credentials', 90),
  told('token-refused', 'service.token', 84),
  told('login-wanted', 'mail.login_wanted', 88),
  // A status tells why.
  (facts) =>
    facts.seen('upgrade-refused').map((witness) => {
      // An answer that could not be read may have a reason of its own.
      const weight = witness.line.includes('Error read response') ? 58 : 70;
      return finding('http.no_websocket', facts.seen('http-status').length > 0 ? 45 : weight, witness);
    }),
  // arduinoWebSockets: what it asked for has gone out, and no line of an answer came.
  (facts) => {
    const asked = facts.unreadSince(0).find(({ line }) => ASKED_UPGRADE.test(line));
    if (asked === undefined || facts.seen('http-status').length > 0) return [];
    const ended = facts.seen('connection-lost').find(({ at }) => at > asked.at);
    return ended === undefined ? [] : [finding('http.no_websocket', 62, asked, ended)];
  },
  // A program of ThingSpeak's that gets through without TLS is as it was meant.
  (facts) =>
    facts
      .seen('tls-not-used')
      .filter(({ line }) => !line.includes('ThingSpeak') || facts.seen('connect-failed').length > 0)
      .map((witness) => finding('tls.not_used', 60, witness)),
  told('plain-to-tls', 'net.tls_port', 91),
  // The last answer counts: a client that is sent elsewhere goes there. That it was no image is then no wonder.
  (facts) => {
    const statuses = facts.seen('http-status');
    // «Wrong HTTP code», without its number, of an answer that the log shows.
    const last = statuses.findLast(({ event }) => event.status !== 0) ?? statuses.at(-1);
    if (last === undefined) return [];
    const { status } = last.event;
    const isFollowed = facts.seen('connect-failed').some(({ at }) => at > last.at);
    if (status < 400 && isFollowed) return [];
    const isUpdate = facts.seen('update-failed').length > 0;
    // A connection that was made after it failed in TLS.
    const isOld = facts.codes.some(({ code, at }) => at > last.at && hasPart(code, CODE.verifyFailed));
    const id = causeOfStatus(status);
    return id === undefined ? [] : [finding(id, isUpdate ? 90 : isOld ? 44 : status < 400 ? 66 : 78, last)];
  },

  // The connection ended, and then the image was not whole.
  (facts) => {
    const failed = facts.seen('update-failed').at(-1);
    const lost = facts.seen('connection-lost').find(({ at }) => failed !== undefined && at < failed.at);
    if (failed === undefined || lost === undefined) return [];
    // An alert before it says why.
    const hasAlert = facts.codes.some(({ code, at }) => hasPart(code, CODE.sslFatalAlert) && at < failed.at);
    return [finding('ota.incomplete', hasAlert ? 56 : 70, lost, failed)];
  },
  (facts) =>
    facts.seen('update-failed').map(({ event, ...witness }) => {
      // What TLS did not take before it says why the rest did not come.
      const isTold =
        event.problem === 'incomplete' &&
        (facts.codes.some(
          (refused) => OF_RECORDS.some((part) => hasPart(refused.code, part)) && refused.at < witness.at,
        ) ||
          rightBefore(facts, 'timed-out', witness) !== undefined);
      const isVague = event.problem === 'unknown' || event.problem === 'not-begun';
      return finding(UPDATE[event.problem], isVague || isTold ? 50 : 88, witness);
    }),
];

const ASKED_UPGRADE = /^\[WS-Client\]\[sendHeader\] sending header\.{3} Done\b/;

/** A record was not taken: its form, or its check. */
const OF_RECORDS = [CODE.sslInvalidRecord, CODE.sslInvalidMac];

/** Heads of lines of Azure's SDK for C: with a clock that is set, and without, as its logger for Arduino has it, too. */
const AZURE_IN_TIME = /\bTime:\w{3} \w{3} .{0,18} 20[1-9]\d\b/;
const AZURE_IN_1970 = /\bTime:.{0,20} 1970\b|^1970\/1\/1 \d\d:\d\d:\d\d \[/;
