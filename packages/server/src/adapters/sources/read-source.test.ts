import { describe, expect, it } from "vitest";
import { createSourceReader } from "./read-source.ts";

const reader = createSourceReader({ max_bytes: 5_000_000, timeout_ms: 2000, allow_private_addresses: false });
const never = new AbortController().signal;
const bytes = (text: string) => new TextEncoder().encode(text);
const file = (content: string | Uint8Array, media_type = "application/octet-stream") => ({
  bytes: typeof content === "string" ? bytes(content) : content,
  media_type,
});
const read = (path: string, content: string | Uint8Array, media_type?: string) =>
  reader.read({ path }, file(content, media_type), never);
const parts = async (path: string, content: string | Uint8Array) => {
  const source = await read(path, content);
  return source.blocks.map(({ kind, start, end }) => [kind, source.text.slice(start, end)]);
};

/** A minimal one-page PDF that shows lines of text. */
function pdfOf(lines: readonly string[]): Uint8Array {
  const draw = lines.map((line, i) => `BT /F1 12 Tf 72 ${720 - i * 16} Td (${line}) Tj ET`).join("\n");
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
    `<< /Length ${draw.length} >>\nstream\n${draw}\nendstream`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  ];
  let body = "%PDF-1.4\n";
  const offsets = objects.map((object, i) => {
    const at = body.length;
    body += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const start = body.length;
  const rows = offsets.map((at) => `${String(at).padStart(10, "0")} 00000 n \n`).join("");
  return bytes(
    `${body}xref\n0 6\n0000000000 65535 f \n${rows}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n${start}\n%%EOF`,
  );
}

describe("formats", () => {
  it("reads Markdown to prose: no markup, tables, code or link targets", async () => {
    const markdown = [
      "---\ntags: x\n---",
      "# The *sea*\n\nA **tidal** [barrage](https://example.org) is `big`.\nIt holds water.",
      "| a | b |\n|---|---|\n| 1 | 2 |",
      "```js\nlet secret = 1;\n```",
      "> Quoted words stay.",
      "- First item\n- [x] Second item\n\n![alt](pic.png)\n\n[ref]: https://example.org",
      "Setext\n------\n\nLast line with snake_case_name.",
    ].join("\n\n");
    expect(await parts("a.md", markdown)).toEqual([
      ["heading", "The sea"],
      ["paragraph", "A tidal barrage is big. It holds water."],
      ["paragraph", "Quoted words stay."],
      ["item", "First item"],
      ["item", "Second item"],
      ["heading", "Setext"],
      ["paragraph", "Last line with snake_case_name."],
    ]);
  });

  it("reads the article of an HTML page and leaves navigation, tables and scripts out", async () => {
    const paragraph = "The tide lifts the water twice a day and lets it fall again. ".repeat(8);
    const html = `<!doctype html><html><head><title>Tides</title><script>var hidden = 1</script></head><body>
      <nav><a href="/">Home</a></nav><article><h2>Why</h2><p>${paragraph}</p><table><tr><th>cell</th><th>cell</th></tr><tr><td>cell</td><td>cell</td></tr></table>
      <ul><li>Quiet machines</li></ul><p>${paragraph}</p></article><footer>Imprint</footer></body></html>`;
    const source = await read("page.html", html);
    expect(source.title).toBe("Tides");
    expect(source.text).toContain("Quiet machines");
    for (const word of ["hidden", "Home", "cell", "Imprint", "<"]) expect(source.text).not.toContain(word);
  });

  it("reads the text of a PDF whatever its name says", async () => {
    const pdf = pdfOf([
      "Tidal power",
      "The Moon lifts the sea twice a day.",
      "It lets the water fall again.",
    ]);
    expect(await parts("notes.txt", pdf)).toEqual([
      ["heading", "Tidal power"],
      ["paragraph", "The Moon lifts the sea twice a day. It lets the water fall again."],
    ]);
  });

  it("reads plain text in paragraphs and items", async () => {
    expect(await parts("a.txt", "One line\nand the next.\r\n\r\n1) First\n2) Second")).toEqual([
      ["paragraph", "One line and the next."],
      ["item", "First"],
      ["item", "Second"],
    ]);
  });

  it.each([
    ["UTF-16 with a mark", new Uint8Array([0xff, 0xfe, ...Buffer.from("Über die See.", "utf16le")])],
    ["UTF-16 without one", new Uint8Array(Buffer.from("Über die See.", "utf16le"))],
    ["Windows-1252", new Uint8Array(Buffer.from("Über die See.", "latin1"))],
    ["UTF-8 with a mark", new Uint8Array([0xef, 0xbb, 0xbf, ...bytes("Über die See.")])],
  ])("decodes %s", async (_, content) => {
    expect((await read("a.txt", content)).text).toBe("Über die See.");
  });
});

describe("refusals", () => {
  it.each([
    ["an empty file", "", "source_empty"],
    ["white space", " \n\t\n", "source_empty"],
    ["Markdown of nothing but a heading", "# Title\n", "source_empty"],
    [
      "a picture",
      new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, ...new Uint8Array(64)]),
      "source_unreadable",
    ],
    ["binary rubbish", Uint8Array.from({ length: 4000 }, (_, i) => (i * 7919) % 31), "source_unreadable"],
    ["a broken PDF", bytes("%PDF-1.7\nnothing here"), "source_unreadable"],
  ])("refuses %s", async (_, content, code) => {
    await expect(read("a.md", content)).rejects.toMatchObject({ name: "Rejection", code });
  });

  it("refuses 20 MB before parsing it", async () => {
    // Parsed, it would be refused as a PDF that is broken.
    const content = new Uint8Array(20_000_000);
    content.set(bytes("%PDF-1.7\nnothing here"));
    await expect(read("a.md", content)).rejects.toMatchObject({ code: "source_too_large" });
  });

  it("refuses a path without a file", async () => {
    await expect(reader.read({ path: "gone.md" }, null, never)).rejects.toMatchObject({
      code: "source_missing",
    });
  });
});
