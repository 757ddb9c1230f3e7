import type { MultiaddrConnection, Stream } from '@libp2p/interface'

/** Above this copying costs more than the system call it saves. */
const joinBytesMax = 64 * 1024

/** Half of yamux's window of 256 KiB: the peer is told before it has to wait. */
const windowStepBytes = 128 * 1024

/** The part of libp2p's message streams that hands bytes to what lies under them. */
interface Sends {
  sendData?: (data: ByteList) => unknown
}

interface ByteList {
  readonly byteLength: number
  subarray(): Uint8Array
  consume(bytes: number): void
  append(bytes: Uint8Array): void
}

/**
 * Sends what one write consists of with one system call and in one packet. As libp2p's TCP transport has it, the two
 * bytes of length that noise puts before each message are a write and a packet of their own.
 */
export function joinWrites(connection: MultiaddrConnection): void {
  const sender = connection as unknown as Sends
  const sendData = sender.sendData?.bind(connection)
  if (sendData === undefined) return
  sender.sendData = data => {
    if (data.byteLength > joinBytesMax) return sendData(data)
    const joined = data.subarray()
    data.consume(data.byteLength)
    data.append(joined)
    return sendData(data)
  }
}

/**
 * Opens the peer's send window again only when half of it is used up. Yamux does so after every message, which makes
 * each message cost an answer. Call once the protocol is negotiated.
 *
 * @returns to be called with the bytes of each message read
 */
export function grantWindowInSteps(stream: Stream): (bytes: number) => void {
  const muxed = stream as Stream & { sendWindowUpdate?: () => void }
  const sendWindowUpdate = muxed.sendWindowUpdate?.bind(stream)
  if (sendWindowUpdate === undefined) return () => {}
  let ungranted = 0
  muxed.sendWindowUpdate = () => {
    if (ungranted < windowStepBytes) return
    ungranted = 0
    sendWindowUpdate()
  }
  return bytes => {
    ungranted += bytes
  }
}
