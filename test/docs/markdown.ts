/** A fenced block of a page. */
export interface CodeBlock {
  /** Of the fence: `sh`, `yaml`. */
  language: string;
  text: string;
  /** Where a block of YAML says what it is: `# boards.yaml` in its first line. */
  file: string | undefined;
}

export function codeBlocks(markdown: string): CodeBlock[] {
  return [...markdown.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language, text]) => ({
    language: language!,
    text: text!,
    file: /^# (\S+\.ya?ml)$/m.exec(text!.split('\n')[0]!)?.[1],
  }));
}

/** Every `espaws` command line of a page, in blocks and in running text: its words, the command's name left out. */
export function espawsCommands(markdown: string): string[][] {
  const shell = codeBlocks(markdown)
    .filter(({ language }) => language === 'sh')
    .flatMap(({ text }) => text.split('\n'));
  const running = markdown.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/`([^`\n]+)`/g);
  return [...shell, ...[...running].map(([, code]) => code!)].flatMap((line) => {
    const command = /^(?:[A-Z_]+=\S+ )*(?:sudo )?espaws (.*)$/.exec(line.replace(/\s+# .*$/, ''))?.[1];
    return command === undefined ? [] : [command.split(/\s+/).filter((word) => word !== '')];
  });
}

/** Ids of the page's headings, as GitHub makes them. */
export function headingIds(markdown: string): string[] {
  const text = markdown.replace(/^```[\s\S]*?^```$/gm, '');
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}
