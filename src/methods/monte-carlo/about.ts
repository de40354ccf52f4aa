/** What plain Monte Carlo says of itself. */
import { PATHS, TOLERANCE } from '../../options/estimate.ts'
import { STEPS } from '../../options/training.ts'
import type { About } from '../about.ts'

export const about: About = {
  id: 'monte-carlo',
  title: 'Plain Monte Carlo for linear equations: the formula of Feynman and Kac, with nothing trained',
  source: 'Kac (1949) doi:10.1090/S0002-9947-1949-0027960-X; Glasserman (2003) doi:10.1007/978-0-387-21617-1',
  needs: ['equation'],
  takes: [],
  secondOpinion: { equation: 'deep-bsde' },
  options: [STEPS, PATHS, TOLERANCE],
  canResume: true,
}
