/** Properties that udev's builtins give a device before the rules are read. */
export type DeviceProperties = Readonly<Record<string, string>>;

/** What the rules made of a device. */
export interface DeviceNode {
  links: string[];
  tags: string[];
  properties: Record<string, string>;
  group?: string;
  mode?: string;
}

/**
 * Carries out udev rules on a device as udev(7) describes them, as far as the keys below go; others throw. A pattern is
 * a list of shell globs behind `|`.
 */
export function applyUdevRules(text: string, device: DeviceProperties): DeviceNode {
  const node: DeviceNode = { links: [], tags: [], properties: { ...device } };
  let skipTo: string | undefined;
  for (const rule of parseRules(text)) {
    const label = rule.find(({ key }) => key === 'LABEL')?.value;
    if (skipTo !== undefined && label !== skipTo) continue;
    skipTo = undefined;
    const conditions = rule.filter(({ operator }) => operator === '==' || operator === '!=');
    if (!conditions.every((condition) => holds(condition, node.properties))) continue;
    for (const assignment of rule.filter((one) => !conditions.includes(one))) {
      if (assignment.key === 'GOTO') skipTo = assignment.value;
      else assign(assignment, node);
    }
  }
  if (skipTo !== undefined) throw new Error(`No label "${skipTo}" comes after its GOTO.`);
  return node;
}

interface Token {
  key: string;
  /** `ID_BUS` of `ENV{ID_BUS}`. */
  attribute: string | undefined;
  operator: string;
  value: string;
}

function parseRules(text: string): Token[][] {
  return text.split('\n').flatMap((line) => {
    if (line.trim() === '' || line.startsWith('#')) return [];
    return [line.split(/,\s*(?=[A-Z]+(?:\{|[=!+]))/).map((token) => parseToken(token, line))];
  });
}

function parseToken(token: string, line: string): Token {
  const parts = /^([A-Z]+)(?:\{([^}]+)\})?(==|!=|\+=|=)"([^"]*)"$/.exec(token);
  if (parts === null) throw new Error(`Not a rule: ${line}`);
  return { key: parts[1]!, attribute: parts[2], operator: parts[3]!, value: parts[4]! };
}

function holds({ key, attribute, operator, value }: Token, properties: DeviceProperties): boolean {
  const known = ['ACTION', 'SUBSYSTEM'].includes(key) || (key === 'ENV' && attribute !== undefined);
  if (!known) throw new Error(`Unknown condition ${key}.`);
  const actual = properties[attribute ?? key] ?? '';
  const patterns = value.split('|').map((glob) => glob.replaceAll('?', '.').replaceAll('*', '.*'));
  return new RegExp(`^(?:${patterns.join('|')})$`).test(actual) === (operator === '==');
}

function assign({ key, attribute, operator, value }: Token, node: DeviceNode): void {
  const filled = value.replace(/\$env\{([^}]+)\}/g, (_, name: string) => node.properties[name] ?? '');
  switch (`${key}${operator}`) {
    case 'LABEL=':
      return;
    case 'GROUP=':
      node.group = filled;
      return;
    case 'MODE=':
      node.mode = filled;
      return;
    case 'TAG+=':
      node.tags.push(filled);
      return;
    case 'SYMLINK+=':
      node.links.push(filled);
      return;
    case 'ENV=':
      node.properties[attribute!] = filled;
      return;
    default:
      throw new Error(`Unknown assignment ${key}${operator}.`);
  }
}
