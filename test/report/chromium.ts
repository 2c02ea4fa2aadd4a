import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Undefined where none is installed. */
export const chromiumPath = (process.env['PATH'] ?? '')
  .split(delimiter)
  .flatMap((folder) => NAMES.map((name) => join(folder, name)))
  .find((path) => existsSync(path));

type Params = Readonly<Record<string, unknown>>;

export interface Page {
  /** A method of the DevTools protocol. */
  send<T>(method: string, params?: Params): Promise<T>;
  /** Value of an expression in the page. */
  evaluate<T>(expression: string): Promise<T>;
  /** Parameters of an event so far. */
  seen(method: string): Params[];
  close(): Promise<void>;
}

interface Message {
  id?: number;
  method?: string;
  params?: Params;
  result?: unknown;
  error?: { message: string };
}

/** A page of a headless Chromium, driven over the DevTools protocol's pipe (file descriptors 3 and 4). */
export async function openPage(url: string): Promise<Page> {
  const profile = await mkdtemp(join(tmpdir(), 'espaws-chromium-'));
  const browser = spawn(
    chromiumPath!,
    [
      ...['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--hide-scrollbars'],
      ...['--remote-debugging-pipe', `--user-data-dir=${profile}`, 'about:blank'],
    ],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
  );
  const exited = new Promise<void>((resolve) => {
    browser.once('exit', () => {
      resolve();
    });
  });
  const connection = connect(browser.stdio[3] as Writable, browser.stdio[4] as Readable);
  const { targetInfos } = await connection.send<{ targetInfos: { targetId: string; type: string }[] }>(
    'Target.getTargets',
  );
  const target = targetInfos.find(({ type }) => type === 'page')!;
  const { sessionId } = await connection.send<{ sessionId: string }>('Target.attachToTarget', {
    targetId: target.targetId,
    flatten: true,
  });
  const send = <T>(method: string, params: Params = {}) => connection.send<T>(method, params, sessionId);
  for (const domain of ['Page', 'Runtime', 'Log', 'Network', 'Audits']) await send(`${domain}.enable`);
  const loaded = connection.next('Page.loadEventFired');
  await send('Page.navigate', { url });
  await loaded;
  return {
    send,
    evaluate: async <T>(expression: string) => {
      const { result } = await send<{ result: { value: T } }>('Runtime.evaluate', {
        expression,
        returnByValue: true,
        awaitPromise: true,
      });
      return result.value;
    },
    seen: (method) =>
      connection.events.filter((event) => event.method === method).map(({ params }) => params ?? {}),
    close: async () => {
      await connection.send('Browser.close').catch(() => undefined);
      await exited;
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Messages are JSON, each ended by a NUL. */
function connect(toBrowser: Writable, fromBrowser: Readable) {
  const waiting = new Map<number, (message: Message) => void>();
  const listeners = new Map<string, () => void>();
  const events: Message[] = [];
  let rest = '';
  let lastId = 0;
  fromBrowser.setEncoding('utf8');
  fromBrowser.on('data', (text: string) => {
    const parts = (rest + text).split('\0');
    rest = parts.pop()!;
    for (const part of parts) {
      const message = JSON.parse(part) as Message;
      if (message.id === undefined) {
        events.push(message);
        listeners.get(message.method!)?.();
      } else waiting.get(message.id)?.(message);
    }
  });
  return {
    events,
    next: (method: string) => new Promise<void>((resolve) => listeners.set(method, resolve)),
    send: <T>(method: string, params: Params = {}, sessionId?: string) =>
      new Promise<T>((resolve, reject) => {
        const id = ++lastId;
        waiting.set(id, ({ result, error }) => {
          waiting.delete(id);
          if (error === undefined) resolve(result as T);
          else reject(new Error(`${method}: ${error.message}`));
        });
        toBrowser.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
      }),
  };
}
