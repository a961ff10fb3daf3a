/**
 * One message of an event stream. `id` is null where it carries none of its own; `data` is empty where it only sets
 * the id to come back with.
 */
export type SseMessage = { readonly id: string | null; readonly event: string; readonly data: string };

/**
 * Parses `text/event-stream` (HTML Standard, 9.2.6) from chunks cut anywhere. A message is handed on only at its
 * blank line: what a broken connection leaves unfinished is dropped, as the standard asks.
 */
export class SseParser {
  #rest = "";
  #id: string | null = null;
  #event = "";
  #data: string[] = [];
  #begun = false;
  /** The last chunk ended in CR: a LF at the start of the next belongs to it. */
  #afterCr = false;

  push(chunk: string): SseMessage[] {
    let text = this.#afterCr && chunk.startsWith("\n") ? chunk.slice(1) : chunk;
    if (chunk !== "") this.#afterCr = chunk.endsWith("\r");
    if (!this.#begun && text !== "") {
      text = text.replace(/^\uFEFF/, "");
      this.#begun = true;
    }
    const lines = (this.#rest + text).split(/\r\n|\n|\r/);
    this.#rest = lines.pop() ?? "";
    return lines.flatMap((line) => this.#line(line));
  }

  #line(line: string): SseMessage[] {
    if (line === "") return this.#dispatch();
    if (line.startsWith(":")) return [];
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "data") this.#data.push(value);
    else if (field === "event") this.#event = value;
    else if (field === "id" && !value.includes("\0")) this.#id = value;
    return [];
  }

  #dispatch(): SseMessage[] {
    const message = { id: this.#id, event: this.#event || "message", data: this.#data.join("\n") };
    const empty = this.#data.length === 0 && this.#id === null;
    this.#id = null;
    this.#event = "";
    this.#data = [];
    return empty ? [] : [message];
  }
}
