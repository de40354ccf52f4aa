/** Functions of one variable with their first two derivatives, as text. */

export interface Profile {
  value: (s: string) => string
  slope: (s: string) => string
  bend: (s: string) => string
}

const tanh: Profile = {
  value: (s) => `tanh(${s})`,
  slope: (s) => `(1 - tanh(${s})^2)`,
  bend: (s) => `(-2 * tanh(${s}) .* (1 - tanh(${s})^2))`,
}
const sine: Profile = {
  value: (s) => `sin(${s})`,
  slope: (s) => `cos(${s})`,
  bend: (s) => `(-sin(${s}))`,
}
const bell: Profile = {
  value: (s) => `exp(-(${s})^2)`,
  slope: (s) => `(-2 * (${s}) .* exp(-(${s})^2))`,
  bend: (s) => `((4 * (${s})^2 - 2) .* exp(-(${s})^2))`,
}
const logistic: Profile = {
  value: (s) => `(1 + tanh(${s})) / 2`,
  slope: (s) => `(1 - tanh(${s})^2) / 2`,
  bend: (s) => `(-tanh(${s}) .* (1 - tanh(${s})^2))`,
}
const bowl: Profile = {
  value: (s) => `sqrt(1 + (${s})^2)`,
  slope: (s) => `((${s}) ./ sqrt(1 + (${s})^2))`,
  bend: (s) => `(1 + (${s})^2)^(-1.5)`,
}
const logarithm: Profile = {
  value: (s) => `log(1 + (${s})^2)`,
  slope: (s) => `(2 * (${s}) ./ (1 + (${s})^2))`,
  bend: (s) => `((2 - 2 * (${s})^2) ./ (1 + (${s})^2)^2)`,
}
const identity: Profile = { value: (s) => s, slope: () => '1', bend: () => '0' }

/** Values in (0, 1). */
export const PROPER: readonly Profile[] = [bell, logistic]
export const BOUNDED: readonly Profile[] = [tanh, sine, bell, logistic]
/** They grow at most like |s|. */
export const GROWING: readonly Profile[] = [...BOUNDED, bowl, logarithm, identity]
export { sine, tanh }
