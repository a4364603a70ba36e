/** `1 mutant`, `2 mutants`: a number with what is counted. */
export function soMany(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
