import type { Keys } from '../host.ts';
import type { Port } from '../port.ts';

/** What the keys of `espaws monitor` do. */
export interface KeyActions {
  reset(to: 'program' | 'loader'): Promise<void>;
  /** On or off. */
  pause(): void;
  toggleLog(): void;
  /** Shows what is being typed. */
  echo(text: string): Promise<void>;
  quit(): void;
  /** Undefined while the port is away. */
  port(): Port | undefined;
}

export const KEY_HELP = 'keys: r reset, l loader, p pause, o log file on/off, s send a line, q end';

const ENTER = '\r';
const ESCAPE = '\x1B';
const RUB_OUT = '\x7F';

/** Obeys the keys until the signal is aborted. */
export async function obeyKeys(keys: Keys, actions: KeyActions, signal: AbortSignal): Promise<void> {
  /** What has been typed of a line to send. */
  let line: string | undefined;
  for await (const key of keys.read(signal)) {
    if (line === undefined) {
      if (key === 's') {
        line = '';
        await actions.echo('send> ');
      } else await obey(key, actions);
    } else if (key === ENTER) {
      await actions.echo('\n');
      await actions.port()?.write(Buffer.from(`${line}\r\n`));
      line = undefined;
    } else if (key === ESCAPE) {
      await actions.echo('\n');
      line = undefined;
    } else if (key === RUB_OUT) {
      if (line !== '') await actions.echo('\b \b');
      line = line.slice(0, -1);
    } else if (key >= ' ') {
      line += key;
      await actions.echo(key);
    }
  }
}

async function obey(key: string, actions: KeyActions): Promise<void> {
  switch (key) {
    case 'r':
      return actions.reset('program');
    case 'l':
      return actions.reset('loader');
    case 'p':
    case ' ':
      actions.pause();
      return;
    case 'o':
      actions.toggleLog();
      return;
    case 'q':
      actions.quit();
      return;
    case 'h':
    case '?':
      return actions.echo(`${KEY_HELP}\n`);
    default:
      return;
  }
}
