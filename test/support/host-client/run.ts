import { execa } from 'execa';

import type { DeviceCall } from '../../../src/predict/prediction.ts';

/** What the client said it saw. */
export interface Observation {
  call: DeviceCall | 'none';
  code: number;
  verifyFlags: number;
  alert: number | undefined;
  suite: string | undefined;
}

export interface ClientRun {
  port: number;
  host: string;
  /** Absolute paths; undefined: the call is not made. */
  ca: string | undefined;
  certificate: string | undefined;
  key: string | undefined;
  alpn?: string;
  password?: string;
  now?: Date;
  /** An MQTT broker is behind the server. */
  mqtt?: boolean;
}

export async function runHostClient(program: string, run: ClientRun): Promise<Observation> {
  const args = [
    '127.0.0.1',
    String(run.port),
    run.host,
    run.ca ?? '-',
    run.certificate ?? '-',
    run.key ?? '-',
  ];
  const result = await execa(program, run.alpn === undefined ? args : [...args, run.alpn], {
    reject: false,
    timeout: 20_000,
    env: {
      ...(run.password === undefined ? {} : { HOST_CLIENT_PASSWORD: run.password }),
      ...(run.mqtt === true ? { HOST_CLIENT_MQTT: '1' } : {}),
      ...(run.now === undefined ? {} : { HOST_CLIENT_TIME: String(Math.floor(run.now.getTime() / 1000)) }),
    },
  });
  return readObservation(result.stdout, `${result.stderr}${result.signal ?? ''}`);
}

function readObservation(stdout: string, stderr: string): Observation {
  if (!stdout.includes('done')) throw new Error(`the client did not end by itself: ${stdout} ${stderr}`);
  const calls = [...stdout.matchAll(/^call (\S+) (-?\d+)$/gm)].map(([, call, code]) => ({
    call,
    code: Number(code),
  }));
  const failed = calls.find(({ code }) => code < 0);
  const number = (pattern: RegExp): number | undefined => {
    const text = pattern.exec(stdout)?.[1];
    return text === undefined ? undefined : Number(text);
  };
  const suite = /^suite \S+ (\S+)$/m
    .exec(stdout)?.[1]
    ?.replace(/^TLS1-3-/, 'TLS-')
    .replaceAll('-', '_');
  return {
    call: (failed?.call as DeviceCall | undefined) ?? 'none',
    code: failed?.code ?? 0,
    verifyFlags: verifyResult(number(/^flags (\d+)$/m)),
    alert: number(/^alert (\d+)$/m),
    suite,
  };
}

/** All bits set: no verification took place. */
function verifyResult(flags: number | undefined): number {
  return flags === undefined || flags === 0xffffffff ? 0 : flags;
}
