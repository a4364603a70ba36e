/** Where in a topology, for people: `domains["example.com"].aliases.sales`, `access[0].action`. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((key) =>
      typeof key === 'number'
        ? `[${key}]`
        : /^[A-Za-z_]\w*$/.test(String(key))
          ? `.${String(key)}`
          : `[${JSON.stringify(String(key))}]`,
    )
    .join('')
    .replace(/^\./, '')
}

/** Undoes {@link formatPath}. What is no such path gives the keys before it. */
export function readPath(path: string): (string | number)[] {
  const keys: (string | number)[] = []
  const part = /\.?([A-Za-z_]\w*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/y
  for (let found = part.exec(path); found; found = part.exec(path)) {
    const [, name, index, quoted] = found
    if (name !== undefined) keys.push(name)
    else if (index !== undefined) keys.push(Number(index))
    else if (quoted !== undefined) keys.push(JSON.parse(quoted) as string)
  }
  return keys
}
