import type { BriefInput } from "@greenlight/contract/brief";
import type { JobCfg } from "@greenlight/contract/job";
import { joinSentences, wordsOf } from "@greenlight/media/text/sentences";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { byLength, configured, example, film, render, style, writer } from "./testing/film.ts";

const phrases = Object.values(style.languages).flatMap((language) =>
  language.introductions.map(({ say }) => say),
);
const isSubsequence = (part: readonly string[], whole: readonly string[]): boolean => {
  let at = 0;
  for (const word of whole) if (word === part[at]) at += 1;
  return at === part.length;
};
const total = (numbers: readonly number[]) => numbers.reduce((sum, n) => sum + n, 0);

/** What holds for every film, whatever its sources. */
function holds(made: Awaited<ReturnType<typeof film>>, cfg: JobCfg) {
  const { language } = cfg.brief;
  const passages = made.research.sources.flatMap((s) =>
    s.passages.map((p) => ({ id: s.id, words: wordsOf(p.text, language) })),
  );
  const own = new Set([...phrases, cfg.brief.cta_text]);
  for (const { text, citations } of made.sentences) {
    if (own.has(text)) expect(citations).toEqual([]);
    else {
      expect(citations, text).toHaveLength(1);
      const found = passages.filter((p) => p.id === citations[0]);
      expect(
        found.some((p) => isSubsequence(wordsOf(text, language), p.words)),
        text,
      ).toBe(true);
    }
  }
  const said = made.sentences.map((s) => wordsOf(s.text, language).join(" "));
  expect(new Set(said).size).toBe(said.length);
  expect(joinSentences(made.board.beats.map((b) => b.narration))).toBe(
    joinSentences(made.sentences.map((s) => s.text)),
  );
  expect(
    made.board.beats.flatMap((b) => b.citations).every((c) => made.research.sources.some((s) => s.id === c)),
  ).toBe(true);
  expect(total(made.outline.sections.map((s) => s.target_s))).toBeCloseTo(made.outline.target_s, 2);
  const pause = render.pacing.lead_s + render.pacing.tail_s;
  for (const [i, beat] of made.board.beats.entries()) {
    expect(beat.id).toBe(`b${String(i + 1).padStart(2, "0")}`);
    expect(beat.duration_s).toBeGreaterThanOrEqual(
      Math.max(beat.speech_s + pause, render.pacing.beat_min_s) - 1e-3,
    );
    expect(beat.duration_s).toBeLessThanOrEqual(render.pacing.beat_max_s + 1 / render.video.fps);
  }
  expect(made.board.beats[0]?.visual.kind).toBe("title");
}

describe("the examples", () => {
  it.each(["tidal-power", "short-vertical"])("%s becomes a film of its length", async (name) => {
    const cfg = example(name);
    const made = await film(cfg, `examples/${name}`);
    holds(made, cfg);
    const target = cfg.brief.video.target_length_s ?? 0;
    expect(Math.abs(total(made.board.beats.map((b) => b.duration_s)) - target)).toBeLessThan(0.05);
    expect(made.script).not.toMatch(/[|`*]|https?:/u);
    const kinds = new Set(made.board.beats.map((b) => b.visual.kind));
    expect(kinds.size).toBeGreaterThanOrEqual(name === "tidal-power" ? 6 : 3);
  });

  it("the same brief and seed give the same bytes, another seed other motion", async () => {
    const [a, b, other] = await Promise.all(
      [7, 7, 8].map(async (seed) => {
        const { outline, script, board } = await film(
          example("tidal-power", {}, seed),
          "examples/tidal-power",
        );
        return { text: JSON.stringify([outline, script, board]), script };
      }),
    );
    expect(b?.text).toBe(a?.text);
    expect(other?.script).toBe(a?.script);
    expect(other?.text).not.toBe(a?.text);
  });

  it("hits its length with a fast voice and with a slow one", async () => {
    const cfg = example("tidal-power");
    for (const rate of [2.1, 3.3]) {
      const made = await film(cfg, "examples/tidal-power", {
        speechSeconds: async (t) => wordsOf(t, "en").length / rate,
      });
      expect(total(made.board.beats.map((b) => b.duration_s))).toBeCloseTo(80, 0);
    }
  });

  it("holds at any length its sources can fill", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 20, max: 150 }),
        fc.constantFrom("AIDA" as const, "PAS" as const, "FAB" as const, undefined),
        async (target, framework) => {
          const cfg = example("tidal-power", {
            video: { target_length_s: target, aspect: "1:1" },
            ...(framework === undefined ? {} : { framework }),
          });
          const made = await film(cfg, "examples/tidal-power");
          holds(made, cfg);
          const length = total(made.board.beats.map((b) => b.duration_s));
          expect(Math.abs(length - target) / target).toBeLessThanOrEqual(0.05);
        },
      ),
      { numRuns: 25, seed: 11 },
    );
  });

  it("never speaks an excluded keyword", async () => {
    const { script } = await film(
      example("tidal-power", { keywords_exclude: ["barrage"] }),
      "examples/tidal-power",
    );
    expect(script).not.toMatch(/barrage/iu);
  });
});

describe("reviewers' notes", () => {
  const folder = "examples/tidal-power";
  const words = async (feedback: readonly string[]) =>
    total(
      (await film(example("tidal-power"), folder, { feedback })).sentences.map(
        (s) => wordsOf(s.text, "en").length,
      ),
    );

  it("`shorter` says less and `longer` more, and the film still meets its length", async () => {
    const [less, plain, more] = [
      await words(["Please make it shorter"]),
      await words([]),
      await words(["longer"]),
    ];
    expect(less).toBeLessThan(plain);
    expect(more).toBeGreaterThan(plain);
    const { board } = await film(example("tidal-power"), folder, { feedback: ["shorter"] });
    expect(Math.abs(total(board.beats.map((b) => b.duration_s)) - 80)).toBeLessThanOrEqual(4);
  });

  it("`drop` leaves sentences out and `keep` takes them in", async () => {
    const cfg = example("tidal-power");
    const before = await film(cfg, folder);
    expect(before.script).toContain("100 years");
    expect(before.script).not.toContain("mill in the year 619");
    const after = await film(cfg, folder, {
      feedback: ["drop: “100 years”\nkeep: the first large tidal power station"],
    });
    expect(after.script).not.toContain("100 years");
    expect(after.script).toContain("The first large tidal power station opened in 1966");
    holds(after, cfg);
  });

  it("tells which `drop` and `keep` reach no sentence", async () => {
    const unmet: string[] = [];
    await film(example("tidal-power"), folder, {
      feedback: ["drop: submarines\ndrop: 100\nkeep: penguins\nkeep: 100 years"],
      tell: (wish) => unmet.push(wish),
    });
    expect(unmet).toEqual([
      "drop: no sentence has “submarines”",
      "keep: no sentence of the sources has “penguins”",
      "keep: every sentence with “100 years” is dropped by another note",
    ]);
  });
});

it("names the fields of the brief that it does not use", () => {
  const unused = (change: Partial<BriefInput>) => writer.briefUnused?.(example("tidal-power", change));
  expect(unused({ audience: ["engineers"], tone: "dry", framework: "custom" })).toEqual([
    "audience",
    "tone",
    "framework",
  ]);
  expect(unused({ audience: [], tone: "", framework: "PAS" })).toEqual([]);
});

describe("feedback on one section", () => {
  const folder = "examples/tidal-power";
  const sectionsOf = (script: string) =>
    new Map(
      script
        .split(/^## /mu)
        .slice(1)
        .map((part) => [part.slice(0, part.indexOf("\n")), part] as const),
    );
  const ask = async (notes: string) => {
    const unmet: string[] = [];
    const cfg = example("tidal-power");
    const before = await film(cfg, folder);
    const after = await film(cfg, folder, { feedback: [notes], tell: (wish) => unmet.push(wish) });
    holds(after, cfg);
    const [was, is] = [sectionsOf(before.script), sectionsOf(after.script)];
    const changed = [...was.keys()].filter((heading) => was.get(heading) !== is.get(heading));
    return { was, is, changed, unmet };
  };
  const headings = async () => [...sectionsOf((await film(example("tidal-power"), folder)).script).keys()];

  it("`shorter` and `longer` change that section alone, by heading in any case or by number", async () => {
    const [, heading = ""] = await headings();
    const less = await ask(`- ${heading.toUpperCase()}: shorter`);
    expect(less.unmet).toEqual([]);
    expect(less.changed).toEqual([heading]);
    expect(less.is.get(heading)?.length).toBeLessThan(less.was.get(heading)?.length ?? 0);
    expect((await ask("section 2: shorter")).is).toEqual(less.is);
    const more = await ask("section 2: a bit longer please");
    if (more.unmet.length === 0) expect(more.changed).toEqual([heading]);
    else expect([more.changed, more.unmet]).toEqual([[], [expect.stringMatching(/longer: /u)]]);
  });

  it("`drop` and `keep` reach that section's sentences only", async () => {
    const before = [...sectionsOf((await film(example("tidal-power"), folder)).script)];
    const at = before.findIndex(([, text]) => text.includes("100 years"));
    const heading = before[at]?.[0] ?? "";
    const { is, changed, unmet } = await ask(`section ${at + 1}: drop: 100 years`);
    expect([changed, unmet]).toEqual([[heading], []]);
    expect(is.get(heading)).not.toContain("100 years");
  });

  it("tells what it cannot do and what it does not understand", async () => {
    const [, heading = ""] = await headings();
    const { changed, unmet } = await ask(
      [
        "section 99: shorter",
        "Submarines: longer",
        `${heading}: drop: penguins`,
        `${heading}: keep: puffins`,
        `${heading}: funnier`,
        "I like it",
        "Dear all: I like it",
      ].join("\n"),
    );
    expect(changed).toEqual([]);
    const people = "is a note for people; the built-in writer knows shorter, longer, drop:, keep:";
    expect(unmet).toEqual([
      expect.stringMatching(/^section 99: shorter: the script has \d sections$/u),
      "Submarines: longer: no section is named “Submarines”",
      `“${heading}: funnier” ${people}`,
      `“I like it” ${people}`,
      `“Dear all: I like it” ${people}`,
      `${heading}: drop: penguins: no sentence of this section has these words`,
      `${heading}: keep: puffins: no sentence of this section has these words`,
    ]);
  });
});

describe("thin briefs", () => {
  const thin = (text: string, target_length_s = 30) =>
    film(configured({ title: "Thin", sources: [{ text }], video: { target_length_s } }), ".");

  it.each(["Water", "Only a few words here.", "no sentence at all, just a fragment"])(
    "refuses %j",
    async (text) => {
      await expect(thin(text)).rejects.toMatchObject({ name: "Rejection", code: "brief_too_thin" });
    },
  );

  it("says how many words there are and how many are needed", async () => {
    await expect(
      thin("The tide lifts the water twice a day. It lets the water fall again.", 60),
    ).rejects.toThrow(/hold 14 words .* 60 s need at least \d{2,3}/u);
  });
});

describe("sentences that lean on others", () => {
  it("are lifted only right after the one they lean on", async () => {
    for (const target of [20, 30, 45, 60, 90, 120]) {
      const made = await film(
        example("tidal-power", { video: { target_length_s: target } }),
        "examples/tidal-power",
      );
      const said = made.sentences.map((s) => s.text);
      for (const [sentence, before] of [
        ["Its 24 turbines", "The first large tidal power station"],
        ["Together they reach", "Scotland's MeyGen project"],
        ["It stands on the seabed", "A tidal stream turbine needs"],
        ["Offshore wind cost 37", "In a British auction"],
      ] as const) {
        const at = said.findIndex((s) => s.startsWith(sentence));
        if (at >= 0) expect(said[at - 1]).toMatch(new RegExp(`^${before}`, "u"));
      }
    }
  });
});

describe("other scripts", () => {
  const japanese =
    "潮の力は月から生まれる。月の引力が海の水を一日に二度持ち上げる。水は狭い湾に入ると高く上がる。" +
    "発電所は入り江の口に堰を造り、満ちた水をためる。水が引くとき、水車が回って電気が生まれる。" +
    "潮の時刻は何年も前から計算できる。世界で最初の大きな潮力発電所は1966年にフランスで開かれた。" +
    "韓国の発電所は254メガワットの電力をつくる。海の水は金属をさびさせるので、修理には費用がかかる。" +
    "それでも潮は毎日かならず満ち、そして引いていく。🌊";
  const arabic =
    "تولد حركة المد والجزر كهرباء نظيفة كل يوم. يرفع القمر مياه البحر مرتين في اليوم الواحد. " +
    "تحبس السدود الماء عند فم الخليج حتى يبدأ الجزر. يدير الماء العائد إلى البحر توربينات كبيرة. " +
    "افتتحت فرنسا أول محطة كبيرة عام 1966 على نهر رانس. تنتج المحطة الكورية 254 ميغاواط من الكهرباء. " +
    "هل تكلفة البناء مرتفعة؟ يأكل الملح المعادن فتصبح الصيانة باهظة الثمن. يمكن حساب مواعيد المد قبل سنوات طويلة.";
  it("leaves an excluded keyword out where words have no spaces between them", async () => {
    const cfg = configured({
      title: "潮",
      language: "ja",
      sources: [{ text: japanese }],
      keywords_exclude: ["韓国"],
      video: { target_length_s: 20 },
    });
    const made = await film(cfg, ".", { speechSeconds: byLength("ja"), feedback: ["keep: 韓国"] });
    expect(made.script).not.toContain("韓国");
  });
  it.each([
    ["ja", japanese],
    ["ar", arabic],
    [
      "de",
      "Die Flut hebt das Wasser 🌊 zweimal am Tag. Der Mond zieht das Meer mit großer Kraft an. Ein Damm hält das Wasser in der Bucht zurück. Turbinen drehen sich, wenn das Wasser wieder abläuft. Das erste große Werk wurde 1966 in Frankreich eröffnet. Es leistet 240 Megawatt und läuft bis heute. Salzwasser greift den Stahl an und macht Reparaturen teuer.",
    ],
  ])("%s is written and drawn up like any other", async (language, text) => {
    const cfg = configured({
      title: "Sea 🌊",
      language,
      sources: [{ text }],
      video: { target_length_s: 20, aspect: "9:16" },
    });
    const made = await film(cfg, ".", { speechSeconds: byLength(language) });
    holds(made, cfg);
    expect(made.script).not.toMatch(/\[S1\]\s*\[S1\]/u);
    expect(made.sentences.every((s) => !/\p{Extended_Pictographic}/u.test(s.text))).toBe(true);
    expect(Math.abs(total(made.board.beats.map((b) => b.duration_s)) - 20)).toBeLessThanOrEqual(1);
  });
});
