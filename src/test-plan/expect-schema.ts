import { z } from '../zod.ts';
import { verifyFlagNames } from '../verdict/verify-flags.ts';
import { errorExpectation } from './error-expectation.ts';
import { EVENT_KINDS } from './event-kinds.ts';
import { durationMs, sizeBytes } from './quantity.ts';

/** Every flag that has a name. */
const FLAG_NAMES = verifyFlagNames(0x7fffffff) as [string, ...string[]];

const text = z.string().min(1);
const field = z.union([z.string(), z.number(), z.boolean()]);
const within = durationMs()
  .optional()
  .describe('Longest time since the expectation before it was met, or since the case began.');

const textPattern = { text: text.describe('Part of a line, as it is.') };
const regexPattern = {
  regex: text
    .refine(isRegex, 'expected a regular expression')
    .describe('A regular expression of JavaScript.'),
};
const eventPattern = {
  event: z.enum(EVENT_KINDS).describe('What a line says.'),
  where: z.record(z.string(), field).optional().describe('Fields of the event and what they must be.'),
};

const pattern = z.union([
  text,
  z.strictObject(textPattern),
  z.strictObject(regexPattern),
  z.strictObject(eventPattern),
]);

const step = z.union([
  text,
  z.strictObject({ ...textPattern, within }),
  z.strictObject({ ...regexPattern, within }),
  z.strictObject({ ...eventPattern, within }),
]);

const count = z.union([
  z.int().nonnegative(),
  z.strictObject({
    atLeast: z.int().nonnegative().optional(),
    atMost: z.int().nonnegative().optional(),
  }),
]);

/** What a case must come to. A key that is absent is not looked at, but `verdict`. */
export const expectSchema = z
  .strictObject({
    verdict: z
      .enum(['pass', 'fail', 'timeout', 'lost', 'any'])
      .optional()
      .describe('Default: `fail` where an error or verify flags are expected, else `pass`.'),
    error: errorExpectation
      .optional()
      .describe('The code as a number or its name: -9984, "-0x2700", X509_CERT_VERIFY_FAILED, exception 28.'),
    verifyFlags: z
      .array(z.enum(FLAG_NAMES))
      .optional()
      .describe('Exactly these flags of the verification; [] for none.'),
    ciphersuite: z
      .union([text, z.array(text).min(1)])
      .optional()
      .describe('IANA name of the suite, or several of which it must be one.'),
    tlsVersion: z.enum(['1.2', '1.3']).optional(),
    heapPeak: sizeBytes().optional().describe('The most heap in use, at most.'),
    handshakeTime: durationMs().optional().describe('Of the handshake by the device’s clock, at most.'),
    imageSize: sizeBytes().optional().describe('Flash that the program takes, at most.'),
    log: z.array(step).optional().describe('Lines that must come, in this order; others may be between.'),
    forbid: z.array(pattern).optional().describe('Lines that must not come.'),
    resets: count.optional().describe('Boots after the first: exactly so many, or a range.'),
  })
  .describe('What a case must come to.');

export type ExpectFile = z.infer<typeof expectSchema>;
export type PatternFile = z.infer<typeof pattern>;
export type StepFile = z.infer<typeof step>;

function isRegex(source: string): boolean {
  try {
    new RegExp(source, 'u');
    return true;
  } catch {
    return false;
  }
}
