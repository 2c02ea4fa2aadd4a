import type { StandInEvent } from '../endpoint/stand-in-connection.ts';

/** One line of the log; undefined for what is not worth one. */
export function eventText(event: StandInEvent): string | undefined {
  const { peer } = event;
  switch (event.kind) {
    case 'client-hello': {
      const { versions, suites, serverName, alpn } = event.hello;
      const names = [
        serverName ?? 'no server_name',
        ...(alpn.length === 0 ? [] : [`ALPN ${alpn.join(' ')}`]),
      ];
      return `${peer} offers TLS ${versions.join(', ')}, ${suites.length} suites, ${names.join(', ')}`;
    }
    case 'handshake':
      return `${peer} TLS ${event.version} ${event.suite}, client ${event.clientSubject ?? 'without certificate'}`;
    case 'handshake-failed': {
      const alert = event.alert === undefined ? '' : ` (the client sent alert ${event.alert})`;
      return `${peer} handshake failed: ${event.message}${alert}`;
    }
    case 'refused':
      return `${peer} refused: ${event.reason}`;
    case 'mqtt-connect':
      return `${peer} MQTT CONNECT of "${event.clientId}", CONNACK sent`;
    case 'mqtt-publish':
      return `${peer} MQTT PUBLISH to "${event.topic}", ${event.bytes} bytes`;
    case 'mqtt-subscribe':
      return `${peer} MQTT SUBSCRIBE to ${event.topics.join(', ')}`;
    case 'mqtt-disconnect':
      return undefined;
  }
}
