/** Without blanks round it. Most lines have none, and to see that is a fraction of the cost of `trim`. */
export function trimmed(text: string): string {
  return text.charCodeAt(0) > BLANK && text.charCodeAt(text.length - 1) > BLANK ? text : text.trim();
}

const BLANK = 0x20;
