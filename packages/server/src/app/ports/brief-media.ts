/** Whether what a brief names can be used, so that a job that cannot end is never made. */
export interface BriefMedia {
  /** @throws Rejection voice_unknown: `voice` (default: the configured one) does not exist or not for the language. */
  voice(language: string, voice: string | undefined): Promise<void>;
  /** @throws Rejection media_unreadable */
  picture(path: string): Promise<void>;
  /** Whether a video can be a beat's picture. @throws Rejection media_unreadable | media_not_usable | unavailable */
  clip(path: string): Promise<void>;
  /** @throws Rejection media_unreadable */
  sound(path: string): Promise<void>;
}
