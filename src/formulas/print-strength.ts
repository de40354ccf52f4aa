/** How tightly a printed expression holds together: from a conditional to a name. */
export const strength = {
  conditional: 1,
  or: 2,
  and: 3,
  comparison: 4,
  sum: 5,
  product: 6,
  minus: 7,
  power: 8,
  atom: 9,
} as const
