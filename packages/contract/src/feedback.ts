import { z } from "zod";

/** What a reviewer asked of a stage's next run: of the whole output, or of one beat (its notes may be empty: "make it anew"). */
export const feedbackNote = z.object({
  beat_id: z.string().min(1).max(64).nullable(),
  notes: z.string().max(10_000),
});
export type FeedbackNote = z.infer<typeof feedbackNote>;
