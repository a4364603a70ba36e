/** @typedef {import('./types.d.ts').View} View */

/** Reads the view out of the part of the address behind `#`. @returns {View} */
export function readView() {
  const words = new URLSearchParams(location.hash.slice(1))
  /** @param {string} name */
  const list = (name) => new Set((words.get(name) ?? '').split(',').filter(Boolean))
  const file = words.get('file')
  return {
    tab: words.get('tab') === 'behaviour' ? 'behaviour' : 'matrix',
    search: words.get('search') ?? '',
    withoutStates: list('without'),
    withoutServers: list('hide'),
    differs: words.get('differs') ?? '',
    open: file === null ? undefined : { file, test: words.get('test') ?? '', on: words.get('on') ?? '' },
  }
}

/** The address of a view. @param {View} view */
export function addressOf({ tab, search, withoutStates, withoutServers, differs, open }) {
  const words = new URLSearchParams()
  if (tab !== 'matrix') words.set('tab', tab)
  if (search !== '') words.set('search', search)
  if (withoutStates.size > 0) words.set('without', [...withoutStates].join())
  if (withoutServers.size > 0) words.set('hide', [...withoutServers].join())
  if (differs !== '') words.set('differs', differs)
  if (open) {
    words.set('file', open.file)
    if (open.test !== '') words.set('test', open.test)
    words.set('on', open.on)
  }
  return `#${words}`
}
