/** Names up to this length are near to those of the same letters only: one letter more or less makes another name. */
const SHORT = 2

/** The known name nearest to a mistyped one, or null where none is near. */
export function nearestName(name: string, known: Iterable<string>): string | null {
  if (name.length <= SHORT) return sameLetters(name, known)
  let best: string | null = null
  let least = Math.max(1, Math.floor(name.length / 3)) + 1
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) >= least) continue
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (distance < least) {
      best = candidate
      least = distance
    }
  }
  return best
}

function sameLetters(name: string, known: Iterable<string>): string | null {
  const lettersOf = (word: string) => [...word.toLowerCase()].sort().join('')
  for (const candidate of known) if (lettersOf(candidate) === lettersOf(name)) return candidate
  return null
}

/** Insertions, deletions, substitutions and swaps of neighbours from one word to the other. */
function editDistance(a: string, b: string): number {
  let twoAbove: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      row[j] = Math.min(above[j] + 1, row[j - 1] + 1, above[j - 1] + cost)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        row[j] = Math.min(row[j], twoAbove[j - 2] + 1)
      }
    }
    twoAbove = above
    above = row
  }
  return above[b.length]
}
