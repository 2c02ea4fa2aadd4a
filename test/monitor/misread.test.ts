import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { misread } from '../../src/link/misread.ts';
import { isMisreadBanner, ROM_BAUD_RATE } from '../../src/monitor/misread.ts';

const BOOT =
  '\r\n ets Jan  8 2013,rst cause:2, boot mode:(3,6)\r\n\r\nload 0x40100000, len 7872, room 16 \r\n';

describe('isMisreadBanner', () => {
  it.each([115_200, 57_600, 230_400, 460_800, 921_600, 38_400])(
    'knows the boot ROM read at %d baud',
    (read) => {
      const bytes = misread(Buffer.from(BOOT), { sent: ROM_BAUD_RATE, read });
      expect(isMisreadBanner(bytes, read)).toBe(true);
    },
  );

  it('knows it behind a glitch, a hundredth off its rate, and among other bytes', () => {
    const bytes = misread(Buffer.from(BOOT), { sent: ROM_BAUD_RATE * 1.01, read: 115_200 });
    expect(isMisreadBanner(Buffer.concat([Buffer.from([0, 0, 0xfe]), bytes.subarray(2)]), 115_200)).toBe(
      true,
    );
    expect(isMisreadBanner(Buffer.concat([Buffer.from('I (5) main: hello\r\n'), bytes]), 115_200)).toBe(true);
  });

  it.each([
    ['the banner itself', Buffer.from(BOOT)],
    ['a log', Buffer.from('I (5) tls: mbedtls_ssl_handshake returned 0\r\n'.repeat(8))],
    [
      'a log misread',
      misread(Buffer.from('I (5) tls: hello\r\n'.repeat(8)), { sent: 74_880, read: 115_200 }),
    ],
    ['zeros', Buffer.alloc(300)],
    ['nothing', Buffer.alloc(0)],
  ])('is not %s', (_name, bytes) => {
    expect(isMisreadBanner(bytes, 115_200)).toBe(false);
  });

  it('is not random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(isMisreadBanner(bytes, 115_200)).toBe(false);
      }),
    );
  });
});
