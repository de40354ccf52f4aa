/**
 * How the driver is integrated in time.
 * - `euler`: left end, order 1, the published scheme;
 * - `trapezoidal`: mean of both ends with a predicted Y, order 2.
 */
export const SCHEMES = ['trapezoidal', 'euler'] as const
export type SchemeName = (typeof SCHEMES)[number]
