import Handlebars from 'handlebars';
import type { FileReader } from '../host.ts';
import { packageFile } from '../package-files.ts';
import { isThree } from './need-rules.ts';
import type { MbedtlsOption, OptionSet } from './options.ts';
import type { Target, TargetOption } from './resolve.ts';
import type { MbedtlsTree } from './tree.ts';

/** The header of an option set: deterministic, each option below its reason. */
export async function renderHeader(files: FileReader, set: OptionSet, tree: MbedtlsTree): Promise<string> {
  return render(files, 'config.h.hbs', {
    version: set.version.text,
    sections: sectionsOf(set.options, tree).map(({ title, options }) => ({
      title,
      options: options.map(forTemplate),
    })),
    // 3.x includes its check_config.h itself, behind what it adjusts.
    includesCheck: !isThree(tree),
  });
}

/**
 * A header of the user (`readConfigHeader`), with what the target demands laid over it: never the user's file itself.
 */
export async function renderOverlay(
  files: FileReader,
  headerText: string,
  tree: MbedtlsTree,
  target: Target,
  { checkDates }: { checkDates: boolean },
): Promise<string> {
  return render(files, 'overlay.h.hbs', {
    target: target.name,
    text: withoutCheck(headerText),
    removed: [...target.absent, ...(checkDates ? [] : target.clock)]
      .filter(({ name }) => tree.knows(name))
      .map(forTemplate),
    added: target.platform.filter(({ name }) => tree.knows(name)).map(forTemplate),
    includesCheck: !isThree(tree),
  });
}

/** The check comes after the overlay. */
function withoutCheck(text: string): string {
  return text.replace(/^\s*#\s*include\s*["<](?:mbedtls\/)?check_config\.h[">].*$/gm, '');
}

/** Options by the section of the tree's own header, in its order. */
function sectionsOf(
  options: readonly MbedtlsOption[],
  tree: MbedtlsTree,
): { title: string; options: MbedtlsOption[] }[] {
  const sectionOf = new Map(tree.knownOptions.map(({ name, section }) => [name, section]));
  const sections: { title: string; options: MbedtlsOption[] }[] = [];
  for (const option of options) {
    const title = sectionOf.get(option.name) ?? 'Other';
    const present = sections.find((section) => section.title === title);
    if (present === undefined) sections.push({ title, options: [option] });
    else present.options.push(option);
  }
  return sections;
}

/** A reason as the text of a comment: no end of comment in it, and no line longer than the header's others. */
function forTemplate({ name, value, because }: TargetOption) {
  return { name, value: value ?? '', because: wrapped(because.replaceAll('*/', '* /')) };
}

const COLUMNS = 100;

function wrapped(text: string): string {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > COLUMNS) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  // A backslash at the end of a line would join the next one.
  return lines.map((line) => line.replace(/\\$/, '\\ ')).join('\n * ');
}

async function render(files: FileReader, template: string, values: object): Promise<string> {
  const source = await files.readText(packageFile(`templates/mbedtls/${template}`));
  return Handlebars.compile(source, { noEscape: true, strict: true })(values);
}
