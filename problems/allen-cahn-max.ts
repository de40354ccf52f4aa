import { defineProblem } from '../src/problem/definition.ts'
import { tabulated } from '../src/problem/references/tabulated.ts'

export default defineProblem({
  id: 'allen-cahn-max',
  title: 'Allen–Cahn equation with the terminal condition arctan(max xᵢ)',
  source: 'Beck, Becker, Cheridito, Jentzen, Neufeld (2021), Deep splitting method for parabolic PDEs',
  group: 'Deep splitting and multilevel Picard, 2020 and 2021',
  exercises: 'driver cubic in the value, terminal condition with kinks, Brownian state',
  settings: { dim: 100, horizon: 0.3 },
  x0: 0,
  drift: '0',
  diffusion: 'sqrt(2)',
  driver: 'y - y^3',
  terminal: 'atan(max(x))',
  reference: tabulated(
    'recomputed for this project',
    [
      { settings: { dim: 10 }, x0: 0, value: 0.89053, standardError: 5e-6 },
      { settings: { dim: 100 }, x0: 0, value: 1.04424, standardError: 1e-5 },
      { settings: { dim: 1000 }, x0: 0, value: 1.09116, standardError: 1e-5 },
    ],
    { horizon: 0.3 },
  ),
})
