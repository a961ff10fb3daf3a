import type { CreateJobInput } from "@greenlight/contract/api";
import type { BriefInput } from "@greenlight/contract/brief";
import type { Client } from "@greenlight/contract/client";

/** What the form of a new job asks for. Its files are uploaded on the way. */
export async function jobRequestOf(
  form: FormData,
  way: "brief" | "text",
  api: Client,
): Promise<CreateJobInput> {
  const text = (name: string) => String(form.get(name) ?? "").trim();
  const seed = text("seed");
  return {
    slug: text("slug"),
    intent: text("intent"),
    pipeline: text("pipeline"),
    mode: form.get("automated") === "on" ? "automated" : "interactive",
    ...(seed === "" ? {} : { seed: Number(seed) }),
    ...(way === "text"
      ? { brief_config: { title: text("title") }, meta: { free_text_brief: text("free_text") } }
      : { brief: await briefOf(form, api) }),
  };
}

/** The brief as filled in; files are uploaded first, because a brief names them by path. */
async function briefOf(form: FormData, api: Client): Promise<BriefInput> {
  const text = (name: string) => String(form.get(name) ?? "").trim();
  const list = (name: string) =>
    text(name)
      .split(",")
      .flatMap((part) => part.trim() || []);
  const files = form
    .getAll("source_files")
    .filter((file): file is File => file instanceof File && file.size > 0);
  const uploads = await Promise.all(files.map((file) => api.upload(file, file.name)));
  const urls = text("source_urls").split(/\s+/).filter(Boolean);
  const typed = text("source_text");
  const length = text("length");
  const resolution = text("resolution");
  return {
    title: text("title"),
    intent: text("intent"),
    audience: list("audience"),
    ...(text("tone") === "" ? {} : { tone: text("tone") }),
    language: text("language") || "en",
    video: {
      aspect: text("aspect") as "16:9" | "9:16" | "1:1",
      ...(length === "" ? {} : { target_length_s: Number(length) }),
      ...(resolution === "" ? {} : { resolution }),
    },
    sources: [
      ...(typed === "" ? [] : [{ text: typed, title: text("title") }]),
      ...urls.map((url) => ({ url })),
      ...uploads.map(({ path }, index) => ({ path, ...(files[index] ? { title: files[index].name } : {}) })),
    ],
  };
}
