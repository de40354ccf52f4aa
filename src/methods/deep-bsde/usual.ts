/** What holds unless a person says otherwise; the help shows it. */
export const DEFAULT_BATCH = 64
export const DEFAULT_ITERATIONS = 1000
export const DEFAULT_RATE = 1e-2
/** Paths of the estimate: as many as the relative standard error asks for, between the fewest and the most. */
export const FEWEST_PATHS = 8192
export const MOST_PATHS = 131_072
