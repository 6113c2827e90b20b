// Every path of an application, of a certificate's life and of the applet's renewal, as the people of the household walk
// it; none knows whether the roles are one process or several. In this order: the last change what cannot be changed back.

import { applying } from './applying.ts'
import { ending } from './ending.ts'
import { living } from './living.ts'
import { moving } from './moving.ts'

export type { Path } from './path.ts'
export const PATHS = [...applying, ...living, ...moving, ...ending] as const
