import { encodeSuboption } from './telnet-codec.ts';
import { COM_PORT } from './telnet-options.ts';

/** Commands of RFC 2217, from client to server. */
export const COM = {
  signature: 0,
  setBaudRate: 1,
  setDataSize: 2,
  setParity: 3,
  setStopSize: 4,
  setControl: 5,
  notifyLineState: 6,
  notifyModemState: 7,
  flowControlSuspend: 8,
  flowControlResume: 9,
  setLineStateMask: 10,
  setModemStateMask: 11,
  purgeData: 12,
} as const;

/** Added to a command by the server. */
export const FROM_SERVER = 100;

/** Values of SET-CONTROL (RFC 2217, section 3, COM-PORT-CONTROL). */
export const CONTROL = {
  requestFlow: 0,
  noFlowControl: 1,
  requestBreak: 4,
  breakOn: 5,
  breakOff: 6,
  requestDtr: 7,
  dtrOn: 8,
  dtrOff: 9,
  requestRts: 10,
  rtsOn: 11,
  rtsOff: 12,
  requestInboundFlow: 13,
  noInboundFlowControl: 14,
} as const;

/** 8 data bits, no parity, 1 stop bit, which is all that an ESP8266's loader and its programs here speak. */
export const FRAME = { dataSize: 8, noParity: 1, oneStopBit: 1 } as const;

/** Values of PURGE-DATA. */
export const PURGE = { received: 1, transmitted: 2, both: 3 } as const;

export interface ComPortCommand {
  code: number;
  value: Uint8Array;
}

/** As a telnet sub-option, IAC doubled. */
export function encodeComPort(code: number, value: Uint8Array | readonly number[]): Uint8Array {
  return encodeSuboption(COM_PORT, Uint8Array.of(code, ...value));
}

/** Undefined for an empty sub-option. */
export function decodeComPort(payload: Uint8Array): ComPortCommand | undefined {
  const code = payload[0];
  return code === undefined ? undefined : { code, value: payload.subarray(1) };
}

/** Baud rates travel as four bytes, most significant first. */
export function encodeBaudRate(baudRate: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, baudRate);
  return bytes;
}

/** Undefined where the value is not four bytes. */
export function decodeBaudRate(value: Uint8Array): number | undefined {
  if (value.length !== 4) return undefined;
  return new DataView(value.buffer, value.byteOffset, 4).getUint32(0);
}
