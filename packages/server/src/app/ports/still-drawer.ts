/** Draws the picture by which people judge a beat, in the size and at the moment the stage that made it does. */
export interface StillDrawer {
  /**
   * PNG of a scene that its schema accepts. `pathOf` gives the absolute path of a picture by its id in the scene.
   * @throws Rejection script_not_drawable | media_unreadable | unavailable, and what `pathOf` throws
   */
  draw(scene: unknown, pathOf: (id: string) => Promise<string>): Promise<Uint8Array>;
}
