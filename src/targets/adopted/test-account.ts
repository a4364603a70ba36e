/** Somebody whose password mailrig knows. */
export interface TestAccount {
  address: string
  user: string
  password: string
}
