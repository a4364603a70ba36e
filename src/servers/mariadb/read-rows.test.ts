import { expect, it } from 'vitest'
import { readRows } from './read-rows.ts'
import { statementText } from './statement.ts'

it('reads the rows of the last statement that has any', () => {
  const xml = `<?xml version="1.0"?>

<resultset statement="SELECT 1" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <row>
	<field name="1">1</field>
  </row>
</resultset>
<?xml version="1.0"?>

<resultset statement="SELECT password, catch_all" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <row>
	<field name="password">a &lt;b&gt; &amp;amp; &quot;c&quot;</field>
	<field name="catch_all" xsi:nil="true" />
  </row>
  <row>
	<field name="password"></field>
	<field name="catch_all">jim@example.com</field>
  </row>
</resultset>
`
  expect(readRows(xml)).toEqual([
    { password: 'a <b> &amp; "c"', catch_all: null },
    { password: '', catch_all: 'jim@example.com' },
  ])
  expect(readRows('')).toEqual([])
})

it('hands values over apart from the statement', () => {
  expect(statementText('SELECT 1', [])).toBe('SELECT 1')
  expect(statementText('SELECT ?', ["it's", 7, null])).toBe(
    "EXECUTE IMMEDIATE CONVERT(x'53454c454354203f' USING utf8mb4) USING CONVERT(x'69742773' USING utf8mb4), 7, NULL;\n",
  )
})
