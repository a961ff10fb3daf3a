import { z } from "zod";

/**
 * What a reviewer asked of a stage's next run: of the whole output, or of one beat (its notes may be empty: "make it
 * anew"). `beat`: what the beat was when it was said, so that the note does not pass to another that takes its id;
 * `narration` is null where a patch had written it, absent altogether where the id is all there is to know it by.
 */
export const feedbackNote = z.object({
  beat_id: z.string().min(1).max(64).nullable(),
  notes: z.string().max(10_000),
  beat: z.object({ section: z.string(), narration: z.string().nullable() }).optional(),
});
export type FeedbackNote = z.infer<typeof feedbackNote>;

/** Words that the embedded makers understand in a reviewer's notes, and of what: of the film, a section or a beat. */
export const feedbackDirection = z.object({
  /** As one would write it; what stands in angle brackets is to be filled in: `drop: <words>`. */
  say: z.string(),
  of: z.array(z.enum(["film", "section", "beat"])).min(1),
});
export type FeedbackDirection = z.infer<typeof feedbackDirection>;

/** What an artifact's `meta` tells of feedback: what its stage was asked, and what of it could not be honoured. */
export const feedbackMeta = z.object({
  feedback: z.array(feedbackNote).catch([]),
  feedback_unmet: z.array(z.string()).catch([]),
});
