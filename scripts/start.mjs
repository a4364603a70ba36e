// `npm start`: checks the sample server that comes along; `npm start -- DIR …` checks a copy of your own /etc.
const given = process.argv.slice(2)
process.argv.splice(2, given.length, 'check', ...(given.length === 0 ? ['--sample'] : given))
await import(new URL('../bin/mailrig.js', import.meta.url).href)
