/** What addresses of rewritten senders are signed with (SRS). It is nobody's secret: a rig lives for a test. */
export const SRS_SECRET = 'a secret of every rig'
