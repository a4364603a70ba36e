/** How bad it is where a check fails: mail is lost, read or abused; it may be; it is worth knowing. Worst first. */
export const SEVERITIES = ['fault', 'risk', 'note'] as const
export type Severity = (typeof SEVERITIES)[number]
