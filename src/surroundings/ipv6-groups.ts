export { ipv6Groups } from '../engine/ipv6-groups.ts'
