import { z } from "zod";

/** Parameters of a stage that takes none: anything given is refused. */
export const noParams = z.strictObject({});
export type NoParams = z.infer<typeof noParams>;

/** A JSON artifact as it is stored. */
export const asJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
