/**
 * Bytes of which many are the same as the one before, shorter: a control byte below 128 is followed by so many bytes and one more as they are,
 * one from 128 on by a byte that comes so many times, less 126. Unlike zlib it needs no memory of its own for either way.
 */
const literalMax = 128
const runMax = 129

/** @returns the packed bytes, as many as they are */
export function packRuns(bytes: Uint8Array): Uint8Array {
  // At worst one control byte for every literalMax bytes.
  const out = new Uint8Array(bytes.length + Math.ceil(bytes.length / literalMax))
  let end = 0
  for (let from = 0; from < bytes.length; ) {
    const run = runAt(bytes, from, runMax)
    if (run >= 3) {
      out[end++] = run + 126
      out[end++] = bytes[from]!
      from += run
      continue
    }
    let until = from + 1
    while (until < bytes.length && until - from < literalMax && runAt(bytes, until, 3) < 3) until++
    out[end++] = until - from - 1
    out.set(bytes.subarray(from, until), end)
    end += until - from
    from = until
  }
  return out.slice(0, end)
}

function runAt(bytes: Uint8Array, from: number, max: number): number {
  let length = 1
  while (length < max && from + length < bytes.length && bytes[from + length] === bytes[from]) length++
  return length
}

/** @param into exactly as long as what was packed */
export function unpackRuns(packed: Uint8Array, into: Uint8Array): void {
  let end = 0
  for (let from = 0; from < packed.length; ) {
    const control = packed[from++]!
    if (control < literalMax) {
      into.set(packed.subarray(from, from + control + 1), end)
      from += control + 1
      end += control + 1
    } else {
      into.fill(packed[from++]!, end, end + control - 126)
      end += control - 126
    }
  }
}
