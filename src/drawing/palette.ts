/** The colours of pictures: variables that a page sets for light and dark, or fixed ones for a file. */
export interface Palette {
  background: string
  ink: string
  muted: string
  grid: string
  /** What the run found. */
  accent: string
  /** What it is compared with. */
  reference: string
  third: string
  fourth: string
  fifth: string
  sixth: string
}

const NAMES = [
  'background',
  'ink',
  'muted',
  'grid',
  'accent',
  'reference',
  'third',
  'fourth',
  'fifth',
  'sixth',
] as const satisfies (keyof Palette)[]

export const LIGHT: Palette = {
  background: '#ffffff',
  ink: '#1a1f26',
  muted: '#59636e',
  grid: '#e4e6e3',
  accent: '#1f5fc4',
  reference: '#c4511c',
  third: '#1f8a58',
  fourth: '#8649b5',
  fifth: '#a87b00',
  sixth: '#b3326e',
}

export const DARK: Palette = {
  background: '#171b21',
  ink: '#e8eaed',
  muted: '#9ba5b0',
  grid: '#2b323b',
  accent: '#74abff',
  reference: '#ff9e61',
  third: '#5fce96',
  fourth: '#c99df2',
  fifth: '#e3bf56',
  sixth: '#f490bb',
}

/** `var(--accent)` and so on. */
export const THEMED = Object.fromEntries(NAMES.map((name) => [name, `var(--${name})`])) as unknown as Palette

/** The declarations that give the variables their colours. */
export function declarations(palette: Palette): string {
  return NAMES.map((name) => `--${name}: ${palette[name]};`).join(' ')
}

/** Colours that tell the runs of a comparison apart, in order. */
export function seriesColors(palette: Palette): string[] {
  const { accent, reference, third, fourth, fifth, sixth } = palette
  return [accent, reference, third, fourth, fifth, sixth]
}
