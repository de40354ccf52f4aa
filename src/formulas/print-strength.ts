/** How tightly a printed expression holds together: from a conditional to a name. */
export const strength = {
  conditional: 1,
  or: 2,
  and: 3,
  comparison: 4,
  sum: 5,
  /** A product with a matrix, which may not lose its parentheses among elementwise products. */
  linear: 6,
  product: 7,
  minus: 8,
  power: 9,
  atom: 10,
} as const
