import { installedVitest, requireNode, requireVitest } from './requirements.ts'

// Imported before anything that takes vitest apart, so that these errors come first.
requireNode(process.version)
requireVitest(installedVitest())
