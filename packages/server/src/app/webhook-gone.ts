/** Why a webhook whose receiver is gone is switched off, and what to do. `since`: ms since the epoch. */
export function goneReason(name: string, since: number): string {
  return `${goneFact(since)} ${goneRemedy(name)}`;
}

export function goneFact(since: number): string {
  return `Its address answered 410 Gone on ${new Date(since).toISOString()}.`;
}

/** What switches it on again. */
export function goneRemedy(name: string): string {
  return `Mend the address if it has changed, then run \`greenlight webhooks test ${name}\`: an accepted test switches it on.`;
}
