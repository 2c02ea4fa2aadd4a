import type { LogPrefix, MonitorDetail } from './event.ts';

/** Tags of what hangs on other links than a network. */
const OTHER_LINK =
  /^(?:i2[cs]|spi|uart|ble|bluetooth|nimble|lora|display|lcd|oled|epd|zigbee|twai)(?:$|[-_.])/i;
/** What the line or the rest of its tag may say of a network. */
const OF_NETWORK =
  /mqtt|tls|ssl|https?|tcp|sock|broker|server|cert|wi-?fi|\bdns|-0x|errno|connect\(|\b\d{1,3}(?:\.\d{1,3}){3}\b/i;
const OF_CONNECTIONS: ReadonlySet<MonitorDetail['kind']> = new Set([
  'handshake-failed',
  'connect-failed',
  'connection-lost',
  'mqtt-refused',
  'record-problem',
  'timed-out',
] as const);

/** True for a failure of a link that is none of the network: «i2c: handshake failed with sensor». */
export function isElsewhere(detail: MonitorDetail, prefix: LogPrefix | undefined, text: string): boolean {
  return (
    prefix !== undefined &&
    OF_CONNECTIONS.has(detail.kind) &&
    OTHER_LINK.test(prefix.tag) &&
    !OF_NETWORK.test(text) &&
    !OF_NETWORK.test(prefix.tag)
  );
}
