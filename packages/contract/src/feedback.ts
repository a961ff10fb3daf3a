import { z } from "zod";

/** What a reviewer asked of a stage's next run: of the whole output, or of one beat (its notes may be empty: "make it anew"). */
export const feedbackNote = z.object({
  beat_id: z.string().min(1).max(64).nullable(),
  notes: z.string().max(10_000),
});
export type FeedbackNote = z.infer<typeof feedbackNote>;

/** What an artifact's `meta` tells of feedback: what its stage was asked, and what of it could not be honoured. */
export const feedbackMeta = z.object({
  feedback: z.array(feedbackNote).catch([]),
  feedback_unmet: z.array(z.string()).catch([]),
});
