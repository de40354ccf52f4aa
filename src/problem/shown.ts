/** Text up to this length is quoted, at least its beginning; of longer text only the length is told. */
const QUOTED = 200
const SHOWN = 60

/** A value from a page in a message: short, on one line, and with numbers as they are. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string' && value.length > QUOTED) return `${value.length} characters`
  const text =
    JSON.stringify(value, (_, entry) => (isStrange(entry) ? String(entry) : entry)) ?? String(value)
  return text.length > SHOWN ? `${text.slice(0, SHOWN - 3)}…` : text
}

/** Numbers that JSON would write as null. */
function isStrange(entry: unknown): boolean {
  return typeof entry === 'number' && !Number.isFinite(entry)
}
