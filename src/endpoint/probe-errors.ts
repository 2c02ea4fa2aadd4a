import { EspawsError } from '../errors.ts';
import type { TlsDialResult } from '../host.ts';
import type { ProbeTarget } from './probe-dial.ts';

/** The TCP connection failed. */
export function unreachable({ host, port }: ProbeTarget, error: unknown): EspawsError {
  const { code = 'unknown' } = firstOf(error);
  const known = REASONS[code];
  return new EspawsError(`The endpoint ${host}:${port} cannot be reached: ${known?.reason ?? code}.`, {
    code: 'endpoint/unreachable',
    hint: known?.hint ?? 'Check host, port and the network between.',
    cause: error,
  });
}

/** There is a server, but no handshake with it. */
export function whyNotTls({ host, port }: ProbeTarget, { error }: TlsDialResult): EspawsError {
  const code = error?.code ?? 'unknown';
  const message = error?.message ?? '';
  if (code === 'ETIMEDOUT') {
    return notTls(host, port, `it accepts the connection, but says nothing: ${message}`, MQTT_HINT);
  }
  if (code === 'ECONNRESET') return notTls(host, port, 'it ends the connection at the ClientHello', SNI_HINT);
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNEXPECTED_MESSAGE/.test(code)) {
    return notTls(host, port, 'its answer is not a TLS record', MQTT_HINT);
  }
  const alert = /SSL alert number (\d+)/.exec(message)?.[1];
  if (alert !== undefined) {
    return new EspawsError(`The endpoint ${host}:${port} refuses TLS 1.2 and 1.3 with alert ${alert}.`, {
      code: 'endpoint/not-tls',
      hint: SNI_HINT,
    });
  }
  return notTls(host, port, message === '' ? code : message, MQTT_HINT);
}

const MQTT_HINT = 'Check the port: MQTT over TLS is 8883 (or 443 with ALPN), plain MQTT 1883, HTTP 80.';
const SNI_HINT =
  'Check the server name (--servername) and the ALPN protocol (--alpn) that the endpoint expects.';

function notTls(host: string, port: number, reason: string, hint: string): EspawsError {
  return new EspawsError(`The endpoint ${host}:${port} does not speak TLS: ${reason}.`, {
    code: 'endpoint/not-tls',
    hint,
  });
}

/** Errors of the system's connect(2) and getaddrinfo(3). */
const REASONS: Readonly<Record<string, { reason: string; hint: string }>> = {
  ECONNREFUSED: {
    reason: 'nothing listens on that port',
    hint: 'Check the port; for the local stand-in start: espaws endpoint serve',
  },
  ENOTFOUND: { reason: 'there is no such host', hint: 'Check the spelling of the host name.' },
  EAI_AGAIN: { reason: 'the name cannot be resolved now', hint: 'Check the DNS server of this machine.' },
  ETIMEDOUT: { reason: 'no answer', hint: 'Check the firewall between this machine and the endpoint.' },
  EHOSTUNREACH: { reason: 'no route to the host', hint: 'Check the network of this machine.' },
  ENETUNREACH: { reason: 'no route to the network', hint: 'Check the network of this machine.' },
};

function firstOf(error: unknown): { code?: string } {
  return (error instanceof AggregateError ? error.errors[0] : error) as { code?: string };
}
