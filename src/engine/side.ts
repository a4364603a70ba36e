/** One of the rig's two networks, as a mail gateway has: the trusted inside, and everyone else. */
export type Side = 'lan' | 'internet'
