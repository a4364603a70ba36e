import { element } from './dom.js'
import { toneOf } from './words.js'

/** A session in colours. @param {readonly import('./types.d.ts').DialogueLine[]} lines */
export function transcriptBlock(lines) {
  const block = element('pre', { class: 'transcript' })
  for (const { at, who, text } of lines) {
    const tone = who === 'C' ? 'client' : who === 'S' ? toneOf(text) : 'time'
    const said = who === '*' ? `-- ${text}` : `${who}: ${text}`
    block.append(
      element('span', { class: 'time' }, `${at.toFixed(1).padStart(7)} ms `),
      element('span', { class: tone }, `${said}\n`),
    )
  }
  return block
}
