import { Rejection } from "../../domain/commands.ts";

/** What an append meets whose decision link an earlier one has spent. */
export function linkUsed(): Rejection {
  return new Rejection("link_used", "This link was used a moment ago.");
}
