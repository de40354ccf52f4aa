/** What a method says of itself, as data: read by command line, completion, refusals and checkpoints without the method itself. */

import type { Option } from '../options/option.ts'
import type { PartKey } from '../page/page.ts'

export interface About {
  /** The name of its folder. */
  id: string
  title: string
  source: string
  /** Parts that a page must have, and those that it may have besides: a page with any other part is refused by the part's name. */
  needs: readonly PartKey[]
  takes: readonly PartKey[]
  /** The one that solves such pages unless another is asked for. */
  isUsual?: true
  /** The choices that it knows; a run that is given others is refused. */
  options: readonly Option[]
  /** The method that gives a second opinion on its answers to a page about each part; none where there is none. */
  secondOpinion: { readonly [Part in PartKey]?: string }
  /** It keeps checkpoints and goes on from them. */
  canResume?: true
  /** What `--save` keeps of it. */
  saves?: 'model' | 'policy' | 'rule'
}
