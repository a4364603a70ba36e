/** PEM texts for one server, signed by the rig's own authority. */
export interface ServerCertificate {
  certificate: string
  key: string
  authority: string
}
