/**
 * Splits the engine's stream format for output without a terminal (Docker Engine API, "Attach to a container", stream
 * format): eight octets of header — stream number, three zeros, length as 32-bit big-endian — and so many of payload.
 */
export function frameReader(
  onPayload: (stream: 'stdout' | 'stderr', payload: Buffer) => void,
): (chunk: Buffer) => void {
  let pending: Buffer = Buffer.alloc(0)
  return (chunk) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
    while (pending.length >= 8) {
      const end = 8 + pending.readUInt32BE(4)
      if (pending.length < end) return
      onPayload(pending[0] === 2 ? 'stderr' : 'stdout', pending.subarray(8, end))
      pending = pending.subarray(end)
    }
  }
}
