/** The parts that a page may have, one file each in `parts/`, and which of them one has. */

import { PART_KEYS } from './page.ts'
import type { Part } from './part.ts'

const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'

let loaded: Promise<Part[]> | null = null

/** All of them, those that stand beside others last. */
export function loadParts(): Promise<Part[]> {
  loaded ??= Promise.all(
    PART_KEYS.map(async (key) => {
      const module: { part: Part } = await import(new URL(`parts/${key}${extension}`, import.meta.url).href)
      return module.part
    }),
  )
  return loaded
}

/** Of what was written, before it is looked at: an equation's page unless a key of its own tells otherwise. */
export function writtenParts(parts: readonly Part[], page: object): Part[] {
  const has = ({ tells }: Part) => tells.some((key) => Object.hasOwn(page, key))
  const alone = parts.filter(({ beside }) => beside === undefined)
  const main = alone.find((part) => part.key !== 'equation' && has(part))
  const own = main ?? alone.find(({ key }) => key === 'equation')!
  return [own, ...beside(parts, own).filter(has)]
}

/** Parts that may stand beside `main`. */
export function beside(parts: readonly Part[], main: Part): Part[] {
  return parts.filter((part) => part.beside === main.key)
}
