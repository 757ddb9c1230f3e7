/* The one backend that programs of the harness use. Everything else of the harness gets it handed over (model/ports/backend.ts). */
export { composeBackend as backend } from '../compose/backend.ts'
