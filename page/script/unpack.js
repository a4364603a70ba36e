/**
 * The evidence of the n-th scenario; undefined where the run kept none.
 *
 * @param {number} index
 * @returns {Promise<import('./types.d.ts').ScenarioEvidence | undefined>}
 */
export async function unpackEvidence(index) {
  const packed = document.getElementById(`evidence-${index}`)?.textContent
  if (!packed) return undefined
  const octets = Uint8Array.from(atob(packed), (char) => char.charCodeAt(0))
  const stream = new Blob([octets]).stream().pipeThrough(new DecompressionStream('gzip'))
  return new Response(stream).json()
}
