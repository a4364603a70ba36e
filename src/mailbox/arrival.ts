/**
 * Someone who knows of a delivery sooner than IMAP IDLE tells: the mail store's log. Dovecot lets half a second pass
 * before it tells an idling client (mailbox-watch.c, NOTIFY_DELAY_MSECS).
 */
export interface MailArrival {
  /**
   * Calls `listener` at each message stored, with its Message-ID without brackets where known. Gives the function that
   * ends it.
   */
  onArrival(listener: (messageId?: string) => void): () => void
}
