/** What is said where a sample met next to nothing of what counts: the words of every method. */

/** @param source of what paths give: g, or the payoff; `start` the options that say where paths begin */
export function doubtAlike(value: number, source: string, start = '--at'): string {
  return `every path gave exactly ${value.toPrecision(2)}, which is no error bar: ${source} may be out of their reach from where they start; take more --paths, or see that they start where you meant (${start})`
}

/** Likewise. */
export function doubtFew(paths: number, source: string, start = '--at'): string {
  return `what ${source} gives rests on fewer than four of ${paths} paths: its large values are nearly out of their reach; take many more --paths, or see that they start where you meant (${start})`
}
