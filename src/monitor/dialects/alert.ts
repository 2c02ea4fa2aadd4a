import type { MonitorDetail } from '../event.ts';

/** An alert by its number (RFC 8446 6); fatal where the line does not say. */
export function alert(direction: 'received' | 'sent', description: number, level = 2): MonitorDetail {
  return { kind: 'alert', direction, level, description };
}
