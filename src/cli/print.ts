/** What a command says: the one place where text goes to stdout and stderr, without anything that a terminal would obey. */
import { terminalText } from '../text/printable.ts'

/** On stdout: the result. */
export function print(text: string): void {
  process.stdout.write(terminalText(text))
}

/** On stderr: what happens meanwhile, and what went wrong. */
export function say(text: string): void {
  process.stderr.write(terminalText(text))
}

/** As `print`, line by line, when the reader has taken what came before. */
export function printLines(lines: Iterable<string>): Promise<void> {
  return inPieces(lines, printSlowly)
}

/** Lines, so many at a time, each when the one before is taken. */
export async function inPieces(
  lines: Iterable<string>,
  take: (text: string) => Promise<void>,
): Promise<void> {
  let text = ''
  for (const line of lines) {
    text += `${line}\n`
    if (text.length < 1 << 16) continue
    await take(text)
    text = ''
  }
  await take(text)
}

/** As `print`, when the reader has taken it: for more than fits into a pipe. */
export function printSlowly(text: string): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(terminalText(text), () => resolve())
  })
}

/** On stdout, as they are: for a file that a person sends them to. */
export function writeBytes(bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(bytes, () => resolve())
  })
}
