import { Agent } from 'undici'

/**
 * For calls to what this machine publishes on 127.0.0.1. The default of undici is shared with Node.js, which puts a proxy there when
 * NODE_USE_ENV_PROXY is set: a proxy elsewhere knows nothing of this machine's ports, and would be given the run's token.
 */
export const direct = new Agent()
