/** Half of the events that a sample met none of with a chance of 2.5 %: as one deviation of their number. */
export const UNMET = 1.85
