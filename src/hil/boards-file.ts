import { isNode, LineCounter, parseDocument } from 'yaml';
import { z } from '../zod.ts';
import { EspawsError } from '../errors.ts';
import type { FileReader } from '../host.ts';

/** A board that cases can run on. */
export interface BoardSpec {
  /** Unique among the boards of a run. */
  name: string;
  /** URL as `--port` takes it. */
  port: string;
  /** `virtual` or `hardware`, and what the file says: `4MB`, `esp-12f`. */
  tags: readonly string[];
  /** Shell command that switches its power off and on; ESPAWS_BOARD and ESPAWS_PORT are in its environment. */
  powerCycle?: string;
}

const board = z.strictObject({
  name: z
    .string()
    .regex(/^[^\s/#,]+$/, 'expected a name without spaces, "/", "#" and ","')
    .optional()
    .describe('Default: the port.'),
  port: z
    .string()
    .min(1)
    .describe('/dev/ttyUSB0, rfc2217://HOST:PORT, virtual: (a fresh virtual board each time), virtual:FILE.'),
  tags: z.array(z.string().min(1)).default([]).describe('What cases may ask for: 4MB, esp-12f.'),
  count: z.int().min(1).max(64).default(1).describe('Of `virtual:` boards: so many of them.'),
  powerCycle: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Shell command that switches its power off and on, for a board that does not answer; ESPAWS_BOARD and ESPAWS_PORT name it.',
    ),
});

const boardsSchema = z
  .strictObject({ boards: z.array(board).min(1).describe('The boards of this machine.') })
  .describe('Boards for espaws test.');

type BoardFile = z.infer<typeof board>;

/** JSON Schema of boards.yaml, for editors. */
export function boardsJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(boardsSchema, { io: 'input' });
}

/** Reads boards.yaml. Throws `plan/missing`, or `plan/invalid` with the line in the file. */
export async function loadBoards(files: FileReader, path: string): Promise<BoardSpec[]> {
  if ((await files.stat(path))?.kind !== 'file') {
    throw new EspawsError(`There is no file "${path}".`, {
      code: 'plan/missing',
      hint: 'Name the file that lists the boards, or each port with --port.',
    });
  }
  const lines = new LineCounter();
  const document = parseDocument(await files.readText(path), { lineCounter: lines });
  const fail = (at: readonly PropertyKey[], message: string): never => {
    const node = at.length === 0 ? document.contents : document.getIn(at, true);
    const offset = isNode(node) && node.range != null ? node.range[0] : 0;
    const { line, col } = lines.linePos(offset);
    throw new EspawsError(`${path}:${line}:${col}: ${message}`, {
      code: 'plan/invalid',
      hint: 'Its keys: espaws report schema boards',
    });
  };
  const [syntax] = document.errors;
  if (syntax !== undefined) fail([], syntax.message.split('\n', 1)[0]!);
  const parsed = boardsSchema.safeParse(document.toJS() ?? {});
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    const key = issue.path.join('.');
    return fail(issue.path, `${key === '' ? '' : `${key}: `}${issue.message}`);
  }
  const boards = parsed.data.boards.flatMap((one, index) => {
    if (one.count > 1 && one.port !== FRESH) {
      fail(['boards', index, 'count'], `Only "${FRESH}" can be had several times.`);
    }
    return several(one);
  });
  for (const [index, { name }] of boards.entries()) {
    if (boards.findIndex((other) => other.name === name) < index) {
      fail(['boards'], `Two boards are called "${name}".`);
    }
  }
  return boards;
}

/** The boards at these ports; `virtual:` may be named several times. */
export function boardsOfPorts(ports: readonly string[]): BoardSpec[] {
  return ports.map((port, index) => {
    const same = ports.filter((other) => other === port).length;
    if (same > 1 && port !== FRESH) {
      throw new EspawsError(`The port "${port}" is named twice.`, {
        code: 'usage/invalid',
        hint: 'Name each board once.',
      });
    }
    const nth = ports.slice(0, index + 1).filter((other) => other === port).length;
    return specOf({ port, tags: [], ...(same > 1 ? { name: `virtual-${nth}` } : {}) });
  });
}

/** Not a board that is kept, but a new one for each case. */
const FRESH = 'virtual:';

function several(one: BoardFile): BoardSpec[] {
  if (one.count === 1) return [specOf(one)];
  const name = one.name ?? 'virtual';
  return Array.from({ length: one.count }, (_, index) => specOf({ ...one, name: `${name}-${index + 1}` }));
}

function specOf({
  name,
  port,
  tags,
  powerCycle,
}: Omit<BoardFile, 'count' | 'name'> & { name?: string | undefined }) {
  const kind = port.startsWith('virtual:') ? 'virtual' : 'hardware';
  return {
    name: name ?? (port === FRESH ? 'virtual' : withoutToken(port)),
    port,
    tags: [...new Set([kind, ...tags])],
    ...(powerCycle === undefined ? {} : { powerCycle }),
  };
}

/** A URL may hold what its server wants to be told; a name is shown everywhere. */
function withoutToken(port: string): string {
  return port.replace(/^(\w+:\/\/)[^@/]*@/, '$1');
}
