declare module 'jstat' {
  interface Quantile {
    inv(p: number, ...parameters: number[]): number
  }
  const jstat: { normal: Quantile; studentt: Quantile }
  export default jstat
}
