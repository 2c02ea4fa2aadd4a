import { EspawsError } from '../../errors.ts';
import type { Environment } from '../../host.ts';
import { isLoopback } from '../radio.ts';

/** Where boards that connect by themselves, over Wi-Fi, find the stand-in: it listens there, and nowhere else. */
export interface Advertised {
  address: string;
  port: number;
}

const DEFAULT_PORT = 8883;

/** `ADDRESS[:PORT]`, else this machine's own address in its network. Throws `usage/invalid`, `endpoint/serve`. */
export function advertisedAt(
  text: string | undefined,
  { networkAddress }: Pick<Environment, 'networkAddress'>,
): Advertised {
  const given = text ?? networkAddress;
  if (given === undefined) {
    throw new EspawsError('This machine has no address at which a board with Wi-Fi reaches the stand-in.', {
      code: 'endpoint/serve',
      hint: 'Connect it to the network of the boards, or name the address: --advertise ADDRESS',
    });
  }
  const [, address = '', port] = /^([\w-]+(?:\.[\w-]+)*)(?::(\d{1,5}))?$/.exec(given) ?? [];
  if (address === '' || Number(port ?? DEFAULT_PORT) > 65_535 || port === '0') {
    throw new EspawsError(
      `"${given}" is no address of this machine: --advertise, or \`advertise\` of the plan.`,
      {
        code: 'usage/invalid',
        hint: 'Write it as 192.168.1.10 or 192.168.1.10:8883.',
      },
    );
  }
  if (isLoopback(address)) {
    throw new EspawsError(`No board with Wi-Fi reaches a stand-in at ${address}.`, {
      code: 'endpoint/serve',
      hint: 'Name this machine as the boards see it: --advertise ADDRESS',
    });
  }
  return { address, port: Number(port ?? DEFAULT_PORT) };
}
