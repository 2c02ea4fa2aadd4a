/**
 * What the loader means by an error code, in words. 1 to 8 are the boot ROM's («Serial Protocol» of esptool's
 * documentation), 0xC0 and above the stub's (`stub_commands.h` of esp-flasher-stub).
 */
export function statusText(code: number): string {
  return MEANINGS[code] ?? `error 0x${code.toString(16).padStart(2, '0')}, which is not documented`;
}

const MEANINGS: Readonly<Record<number, string>> = {
  0x01: 'a parameter is not valid',
  0x05: 'the message is not valid',
  0x06: 'it did not succeed',
  0x07: 'the checksum does not match: bytes were damaged on the line',
  0x08: 'what was written reads back otherwise',
  0x09: 'what was read is not what was expected',
  0xc0: 'the length of the data is wrong',
  0xc1: 'the checksum does not match: bytes were damaged on the line',
  0xc2: 'the block is too large',
  0xc3: 'the command is not valid',
  0xc4: 'the flash did not take it',
  0xc5: 'the flash cannot be unlocked: it is write-protected',
  0xc6: 'no writing was begun',
  0xc7: 'the compressed data is damaged',
  0xc8: 'there was less data than announced',
  0xc9: 'there was more data than announced',
  0xff: 'the command is not known',
};
