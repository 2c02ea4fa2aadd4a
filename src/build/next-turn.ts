/**
 * Lets the event loop go round once. Files are read and written at once here, so that work goes on in one go until it
 * waits for a child: in between, what children say is to be heard, and others may start theirs.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
