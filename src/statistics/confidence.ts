/**
 * The 0.975-quantile of the standard normal law: half of an interval of 95 % in standard errors, or a limit that is passed
 * on one side with 2.5 %.
 */
export const HALF_WIDTH_95 = 1.959963984540054
