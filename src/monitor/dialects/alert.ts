import { ALERT, type AlertName } from '../../endpoint/alerts.ts';
import type { MonitorDetail } from '../event.ts';

/** An alert by its number (RFC 8446 6); fatal where the line does not say. */
export function alert(direction: 'received' | 'sent', description: number, level = 2): MonitorDetail {
  return { kind: 'alert', direction, level, description };
}

/** The same by its name with blanks; undefined for what is no alert's name. */
export function alertNamed(direction: 'received' | 'sent', text: string): MonitorDetail | undefined {
  const words = text.trim().toLowerCase();
  const found = Object.keys(ALERT).find((name) => words === name.replaceAll('_', ' ')) as
    AlertName | undefined;
  return found === undefined ? undefined : alert(direction, ALERT[found]);
}
