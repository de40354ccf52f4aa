/** What a stream can show: colours, redrawn lines, how wide. */
import pc from 'picocolors'
import type { Colors } from '../solution/report.ts'

export interface Terminal {
  readonly stream: NodeJS.WriteStream
  /** Someone looks at it. */
  readonly isTerminal: boolean
  /** Someone looks at it, and a line can be drawn over. */
  readonly isLive: boolean
  readonly colors: Colors
  /** Columns now: a window may change while we run. */
  width(): number
}

const USUAL_WIDTH = 80

/** For files. */
export const NO_COLORS: Colors = pc.createColors(false)

/** What a text of several lines needs to know of where it goes. */
export type Listing = Pick<Terminal, 'isTerminal' | 'colors' | 'width'>
/** A file is as wide as it needs to be. */
export const FOR_FILES: Listing = { isTerminal: false, colors: NO_COLORS, width: () => USUAL_WIDTH }

/** Respects NO_COLOR and FORCE_COLOR (https://no-color.org), TERM=dumb and CI. */
export function terminalOf(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv = process.env): Terminal {
  const isTerminal = stream.isTTY === true
  const isDumb = env.TERM === 'dumb'
  const isForced = isSet(env.FORCE_COLOR) && env.FORCE_COLOR !== '0'
  return {
    stream,
    isTerminal,
    isLive: isTerminal && !isDumb && !isSet(env.CI),
    colors: pc.createColors(!isSet(env.NO_COLOR) && (isForced || (isTerminal && !isDumb))),
    width: () => stream.columns || USUAL_WIDTH,
  }
}

function isSet(variable: string | undefined): boolean {
  return variable !== undefined && variable !== ''
}
