// HTTP between roles and to the world.

export type { AtOnce } from './at-once.ts'
export { whileStarting, withHealth } from './health.ts'
export { mutualTlsFetch } from './mutual-tls-fetch.ts'
export { outside } from './outside.ts'
export { problemResponse, refusalOf } from './problem.ts'
export { noRequest } from './refusals.ts'
export { type Answer, type ClientOptions, type Fetch, roleClient } from './role-client.ts'
export { type RouteOptions, roleRoutes } from './role-routes.ts'
export { type MutualTls, type Served, type ServeOptions, STILL_MS, serve } from './serve.ts'
export { unanswered } from './unanswered.ts'
