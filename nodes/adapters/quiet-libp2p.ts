import type { ComponentLogger, Logger } from '@libp2p/interface'

const silent: Logger = Object.assign(() => {}, {
  enabled: false,
  error: () => {},
  trace: () => {},
  newScope: () => silent,
})

/** One logger that says nothing for all of libp2p, which otherwise makes several for every connection and stream. */
export const quietLogger: ComponentLogger = { forComponent: () => silent }
