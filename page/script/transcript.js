import { element } from './dom.js'
import { toneOf } from './words.js'

/** A session in colours, a line each. @param {string} transcript */
export function transcriptBlock(transcript) {
  const block = element('pre', { class: 'transcript' })
  for (const line of transcript.split('\n')) {
    const found = /^(\s*[\d.]+ ms) (.*)$/.exec(line)
    const [, time = '', text = line] = found ?? []
    const tone = text.startsWith('C:') ? 'client' : text.startsWith('S:') ? toneOf(text.slice(3)) : 'time'
    block.append(element('span', { class: 'time' }, `${time} `), element('span', { class: tone }, `${text}\n`))
  }
  return block
}
