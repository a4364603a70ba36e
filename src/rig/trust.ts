/** Of a server's certificate: what a client of a rig holds it against. */
export interface Trust {
  /** PEM of the authority that must have signed it. Absent: none is checked. */
  ca?: string
  /** The name in it. */
  servername: string
}
