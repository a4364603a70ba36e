import type { Exec } from '../../engine/exec.ts'
import { askExim } from './ask-exim.ts'
import { askOpenSmtpd } from './ask-opensmtpd.ts'
import { askPostfix } from './ask-postfix.ts'
import { askSendmail } from './ask-sendmail.ts'
import type { MtaSays } from './mta-says.ts'
import type { AdoptedMta, Survey } from './survey.ts'

const ASK: Record<AdoptedMta, (exec: Exec, survey: Survey) => Promise<MtaSays>> = {
  postfix: askPostfix,
  exim: askExim,
  sendmail: askSendmail,
  opensmtpd: askOpenSmtpd,
}

/** Asks the MTA of a configuration what it understood; undefined where there is none. */
export async function askMta(exec: Exec, survey: Survey): Promise<MtaSays | undefined> {
  return survey.mta && ASK[survey.mta.name](exec, survey)
}
