/**
 * USB-to-serial bridges that ESP8266 boards carry, by the ids that their makers register: Silicon Labs AN721, WCH's
 * CH343 driver, FTDI's D2XX .inf file, Prolific's driver, and the Linux USB ID repository. Espressif's own serves
 * boards whose bridge is an ESP32-S3.
 */
export const USB_BRIDGES: Readonly<Record<string, string>> = {
  '10c4:ea60': 'CP2102',
  '10c4:ea63': 'CP2102N',
  '10c4:ea70': 'CP2105',
  '10c4:ea71': 'CP2108',
  '1a86:5523': 'CH341',
  '1a86:7522': 'CH340K',
  '1a86:7523': 'CH340',
  '1a86:55d2': 'CH9102X',
  '1a86:55d3': 'CH343',
  '1a86:55d4': 'CH9102',
  '0403:6001': 'FT232R',
  '0403:6010': 'FT2232',
  '0403:6011': 'FT4232',
  '0403:6014': 'FT232H',
  '0403:6015': 'FT231X',
  '067b:2303': 'PL2303',
  '067b:23a3': 'PL2303GC',
  '303a:1001': 'Espressif USB',
};

/** The bridge with these USB ids; undefined where no ESP8266 board is known to carry it. */
export function usbBridge(vendorId: string | undefined, productId: string | undefined): string | undefined {
  if (vendorId === undefined || productId === undefined) return undefined;
  return USB_BRIDGES[`${vendorId}:${productId}`.toLowerCase()];
}
