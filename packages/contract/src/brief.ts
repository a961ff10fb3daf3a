import { z } from "zod";

export const ASPECTS = ["16:9", "9:16", "1:1"] as const;

/** One source: a file (`path`), a page (`url`) or the words themselves (`text`). Exactly one of the three. */
export const briefSource = z
  .strictObject({
    path: z.string().min(1).optional(),
    url: z.url({ protocol: /^https?$/ }).optional(),
    text: z.string().min(1).optional(),
    title: z.string().optional(),
  })
  .refine(
    (s) => [s.path, s.url, s.text].filter((v) => v !== undefined).length === 1,
    "give exactly one of path, url or text",
  );
export type BriefSource = z.infer<typeof briefSource>;

export const briefVideo = z
  .strictObject({
    /** Seconds. */
    target_length_s: z.number().min(10).max(3600).optional(),
    /** Minutes. */
    target_length_min: z.number().positive().max(60).optional(),
    /** Minutes. */
    target_length_max: z.number().positive().max(60).optional(),
    aspect: z.enum(ASPECTS).default("16:9"),
    /** `WIDTHxHEIGHT` in pixels, both even; default 1920x1080, 1080x1920 or 1080x1080 by aspect. */
    resolution: z
      .string()
      .regex(/^\d{2,4}x\d{2,4}$/, "WIDTHxHEIGHT, e.g. 1920x1080")
      .optional(),
  })
  .refine(
    (v) =>
      v.target_length_min === undefined ||
      v.target_length_max === undefined ||
      v.target_length_min <= v.target_length_max,
    { message: "target_length_min must not exceed target_length_max", path: ["target_length_min"] },
  );

/** What the operator asks for (CONTRACT section 5). An unknown field is refused. */
export const brief = z.strictObject({
  title: z.string().min(1).max(200),
  intent: z.string().max(2000).default("explain"),
  audience: z.array(z.string().min(1)).max(20).default([]),
  tone: z.string().max(200).default("clear"),
  /** BCP 47 tag, e.g. `en`, `de`, `ja`. */
  language: z
    .string()
    .regex(/^[a-zA-Z]{2,3}(-[A-Za-z0-9]{2,8})*$/, "a BCP 47 tag, e.g. en")
    .default("en"),
  video: briefVideo.default({ aspect: "16:9" }),
  keywords_include: z.array(z.string().min(1)).max(50).default([]),
  keywords_exclude: z.array(z.string().min(1)).max(50).default([]),
  sources: z.array(briefSource).max(50).default([]),
  /** Pictures, and videos without their sound, that the film may show: paths, resolved like a source's. */
  images: z
    .array(z.strictObject({ path: z.string().min(1), alt: z.string().optional() }))
    .max(50)
    .default([]),
  framework: z.enum(["AIDA", "PAS", "FAB", "custom"]).optional(),
  cta_text: z.string().max(200).optional(),
  voice: z.string().max(100).optional(),
  /** `none`, `generated` (made from the seed) or the path of an audio file. */
  music: z.string().max(500).default("generated"),
  notes: z.string().max(5000).optional(),
});
export type Brief = z.infer<typeof brief>;
export type BriefInput = z.input<typeof brief>;
