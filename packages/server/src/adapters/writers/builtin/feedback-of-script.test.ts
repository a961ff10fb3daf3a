import { wordsOf } from "@greenlight/media/text/sentences";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { example, film, heard, writer } from "./testing/film.ts";

const folder = "examples/tidal-power";
const TARGET_S = 80;

/** Sections of a script by heading: their sentences, and the seconds they take to say. */
async function sectionsOf(script: string) {
  const sections = new Map<string, { sentences: string[]; spoken_s: number }>();
  for (const part of script.split(/^## /mu).slice(1)) {
    const text = part.slice(part.indexOf("\n")).replace(/\[S\d+\]/gu, "|");
    const sentences = text
      .split("|")
      .map((sentence) => sentence.trim())
      .filter((sentence) => sentence !== "");
    sections.set(part.slice(0, part.indexOf("\n")), {
      sentences,
      spoken_s: await heard(sentences.join(" ")),
    });
  }
  return sections;
}

async function written(notes: string) {
  const unmet: string[] = [];
  const cfg = example("tidal-power");
  const { script, board, research } = await film(cfg, folder, {
    feedback: notes === "" ? [] : [notes],
    tell: (wish) => unmet.push(wish),
  });
  const sections = await sectionsOf(script);
  return {
    script,
    unmet,
    research,
    sections,
    headings: [...sections.keys()],
    sentences: [...sections.values()].flatMap((section) => section.sentences),
    spoken_s: await heard([...sections.values()].flatMap((section) => section.sentences).join(" ")),
    film_s: board.beats.reduce((sum, beat) => sum + beat.duration_s, 0),
  };
}
const plain = await written("");
const inTime = (film_s: number) => expect(Math.abs(film_s - TARGET_S) / TARGET_S).toBeLessThanOrEqual(0.05);

describe("longer and shorter", () => {
  it("`longer` keeps every sentence and speaks measurably longer, within the film's length", async () => {
    const more = await written("longer");
    expect(more.unmet).toEqual([]);
    for (const sentence of plain.sentences) expect(more.sentences).toContain(sentence);
    expect(more.spoken_s).toBeGreaterThan(plain.spoken_s * 1.03);
    inTime(more.film_s);
  });

  it("`shorter` takes sentences away, adds none, and leaves every section one", async () => {
    const less = await written("shorter");
    expect(less.unmet).toEqual([]);
    for (const sentence of less.sentences) expect(plain.sentences).toContain(sentence);
    expect(less.spoken_s).toBeLessThan(plain.spoken_s * 0.97);
    expect(less.headings).toEqual(plain.headings);
    inTime(less.film_s);
  });

  it("never ends the job: what the length does not allow is told", async () => {
    const most = await written("shorter\nshorter\nshorter\nshorter");
    inTime(most.film_s);
    expect(most.unmet).toEqual([expect.stringMatching(/^shorter: 2 of 4 steps are taken/u)]);
    const long = await written("longer\nlonger\nlonger");
    expect(long.unmet).toEqual([expect.stringMatching(/^longer: 1 of 3 steps are taken/u)]);
    inTime(long.film_s);
  });

  it.each(plain.headings.map((heading, at) => [at + 1, heading] as const))(
    "`section %i: longer` (%s) says more there and the same elsewhere, or says why not",
    async (number, heading) => {
      const more = await written(`section ${number}: longer`);
      inTime(more.film_s);
      for (const other of plain.headings.filter((name) => name !== heading))
        expect(more.sections.get(other)).toEqual(plain.sections.get(other));
      const [was, is] = [plain.sections.get(heading), more.sections.get(heading)];
      if (number < plain.headings.length) {
        expect(more.unmet).toEqual([]);
        for (const sentence of was?.sentences ?? []) expect(is?.sentences).toContain(sentence);
        expect(is?.spoken_s).toBeGreaterThan((was?.spoken_s ?? 0) * 1.1);
      } else {
        expect(is).toEqual(was);
        expect(more.unmet).toEqual([
          expect.stringMatching(/^To take away: longer: the sources have no more/u),
        ]);
      }
    },
  );

  it("a section that is asked for longer twice says at least as much as when asked once", async () => {
    for (const number of [1, 2, 3, 4]) {
      const heading = plain.headings[number - 1] ?? "";
      const once = await written(`section ${number}: longer`);
      const twice = await written(`section ${number}: longer\nsection ${number}: longer`);
      expect(twice.sections.get(heading)?.spoken_s).toBeGreaterThanOrEqual(
        once.sections.get(heading)?.spoken_s ?? 0,
      );
    }
  });
});

describe("keep and drop", () => {
  const MILL = "mill in the year 619";

  it("`keep` holds against `shorter`, of the whole script and of every section", async () => {
    const kept = await written(`keep: ${MILL}`);
    const heading =
      kept.headings.find((name) => kept.sections.get(name)?.sentences.join(" ").includes(MILL)) ?? "";
    const at = kept.headings.indexOf(heading) + 1;
    const more = await written("section 4: longer");
    const added = more.sentences.find((sentence) => !plain.sentences.includes(sentence)) ?? "";
    const both = await written(`section 4: keep: ${added}\nsection 4: shorter`);
    expect(both.sentences).toContain(added);
    for (const notes of [
      `keep: ${MILL}\nshorter\nshorter`,
      `shorter\nkeep: ${MILL}`,
      `keep: ${MILL}\nsection ${at}: shorter\nsection ${at}: shorter`,
    ]) {
      const less = await written(notes);
      expect(less.script, notes).toContain(MILL);
      expect(
        less.unmet.filter((wish) => wish.includes("keep")),
        notes,
      ).toEqual([]);
      inTime(less.film_s);
    }
  });

  it.each([
    "drop: 100\nkeep: 100 years",
    "keep: 100 years\nsection 3: drop: 100 years",
    "section 3: keep: 100 years\ndrop: 100 years",
    "section 3: drop: 100\nsection 3: keep: 100 years",
  ])("`%s` drops it, and says that the other note did", async (notes) => {
    const made = await written(notes);
    expect(plain.script).toContain("100 years");
    expect(made.script).not.toContain("100 years");
    expect(made.unmet).toEqual([
      expect.stringMatching(/keep: .*(?:dropped by another note|another note drops)/u),
    ]);
    inTime(made.film_s);
  });

  it.each(["", "section 3: "])(
    "of the same words the later line counts, and the earlier is told (%j)",
    async (at) => {
      const lines = [`${at}drop: 100 years`, `${at}keep: 100 Years`];
      const kept = await written(lines.join("\n"));
      expect(kept.script).toContain("100 years");
      expect(kept.unmet).toEqual([`${at}drop: 100 Years: taken back by the later “keep: 100 Years”`]);
      const dropped = await written(lines.toReversed().join("\n"));
      expect(dropped.script).not.toContain("100 years");
      expect(dropped.unmet).toEqual([`${at}keep: 100 years: taken back by the later “drop: 100 years”`]);
      for (const { film_s } of [kept, dropped]) inTime(film_s);
    },
  );

  it("`drop` and `longer` together: the sentence is gone and the section says more than without", async () => {
    const dropped = await written("section 3: drop: 100 years");
    const both = await written("section 3: drop: 100 years\nsection 3: longer");
    const heading = plain.headings[2] ?? "";
    expect(both.script).not.toContain("100 years");
    expect(both.sections.get(heading)?.spoken_s).toBeGreaterThanOrEqual(
      dropped.sections.get(heading)?.spoken_s ?? 0,
    );
    expect(both.sections.get(heading)?.sentences).not.toEqual(dropped.sections.get(heading)?.sentences);
  });

  it("keeps of words that many sentences have only as many as the film holds, and says how many", async () => {
    for (const notes of ["keep: tidal", "section 2: keep: a"]) {
      const made = await written(notes);
      inTime(made.film_s);
      expect(made.unmet, notes).toEqual([
        expect.stringMatching(/\d+ of \d+ sentences with .* with more the film would miss its length$/u),
      ]);
    }
  });

  it("drops no more than leaves a film, and says which note it let go of", async () => {
    const made = await written("drop: barrage\ndrop: tidal\ndrop: power\ndrop: the");
    expect(made.unmet.filter((wish) => wish.includes("too little would be left"))).not.toEqual([]);
    expect(made.script).not.toContain("barrage");
    inTime(made.film_s);
  });
});

it("does not drop what the brief itself says, and tells so", async () => {
  const made = await written("drop: tide table");
  expect(made.script).toContain("Look up the tide table");
  expect(made.unmet).toContainEqual(
    expect.stringMatching(/^drop: “tide table” is in the brief's call to action/u),
  );
});

it("makes the beats anew that a note on the whole storyboard names, and tells of its other lines", async () => {
  const cfg = example("tidal-power");
  const { script, research, board } = await film(cfg, folder);
  const unmet: string[] = [];
  const again = await writer.storyboard({
    cfg,
    slug: "film",
    script,
    research,
    feedback: [{ beat_id: null, notes: "b02: longer\nb02: longer\nnicer" }],
    speechSeconds: heard,
    tell: (wish) => unmet.push(wish),
    signal: new AbortController().signal,
  });
  const changed = again.beats.filter((beat, i) => JSON.stringify(beat) !== JSON.stringify(board.beats[i]));
  expect(changed.map(({ id }) => id)).toEqual(["b02"]);
  expect((again.beats[1]?.duration_s ?? 0) - (board.beats[1]?.duration_s ?? 0)).toBeCloseTo(2, 1);
  expect(unmet).toEqual([
    expect.stringMatching(/^“nicer”: the built-in writer makes the storyboard of every/u),
  ]);
});

it("whatever is asked together: what is kept is in, what is dropped is out, and the film has its length or it is told", async () => {
  const { research } = plain;
  const words = [
    ...new Set(
      research.sources
        .flatMap((source) => source.passages.flatMap(({ text }) => wordsOf(text, "en")))
        .filter((word) => word.length > 5),
    ),
  ];
  const where = fc.constantFrom("", "", ...plain.headings.map((_, at) => `section ${at + 1}: `));
  const line = fc.oneof(
    fc.record({ where, what: fc.constantFrom("shorter", "longer"), word: fc.constant("") }),
    fc.record({ where, what: fc.constantFrom("drop: ", "keep: "), word: fc.constantFrom(...words) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 4 }), async (lines) => {
      const made = await written(lines.map((one) => `${one.where}${one.what}${one.word}`).join("\n"));
      inTime(made.film_s);
      const told = (word: string) => made.unmet.some((wish) => wish.includes(word));
      for (const { where: at, what, word } of lines.filter((one) => one.word !== "" && !told(one.word))) {
        const scope =
          at === ""
            ? made.sentences
            : made.sections.get(made.headings[Number(at.slice(8, -2)) - 1] ?? "")?.sentences;
        const has = (scope ?? []).some((sentence) => sentence.toLowerCase().includes(word));
        // A section that says nothing any more has no heading to be found by.
        if (made.headings.length === plain.headings.length)
          expect(has, `${at}${what}${word}`).toBe(what === "keep: ");
      }
    }),
    { seed: 3, numRuns: 60 },
  );
});
