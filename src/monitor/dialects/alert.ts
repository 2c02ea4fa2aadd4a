import { ALERT, type AlertName } from '../../endpoint/alerts.ts';
import type { MonitorDetail } from '../event.ts';

/** An alert by its number (RFC 8446 6); fatal where the line does not say. */
export function alert(direction: 'received' | 'sent', description: number, level = 2): MonitorDetail {
  return { kind: 'alert', direction, level, description };
}

/** What a server sends for what the line tells of, where it shows no alert. */
export function inferredAlert(description: number): MonitorDetail {
  return { kind: 'alert', direction: 'received', level: 2, description, isInferred: true };
}

/** The same by its name with blanks; undefined for what is no alert's name. */
export function alertNamed(direction: 'received' | 'sent', text: string): MonitorDetail | undefined {
  const words = text.trim().toLowerCase();
  const found = Object.keys(ALERT).find((name) => words === name.replaceAll('_', ' ')) as
    AlertName | undefined;
  return found === undefined ? undefined : alert(direction, ALERT[found]);
}
