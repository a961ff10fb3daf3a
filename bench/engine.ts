/**
 * `npm run bench:engine [-- --jobs 500 --rounds 5 --samples 400]`
 * Stage transitions a second with 50 jobs of 9 empty stages in flight: Greenlight, BullMQ on Redis, and SQLite alone
 * writing the same rows, in turn, in one run. Then the time from an approval over HTTP to the start of the next stage.
 */
import { parseArgs } from "node:util";
import { approvalLatencies } from "./engine/approval-latency.ts";
import { bullmqSide } from "./engine/bullmq-side.ts";
import { greenlightSide } from "./engine/greenlight-side.ts";
import { rawSqliteSide } from "./engine/raw-sqlite-side.ts";
import { median, quantile } from "./engine/wave.ts";

const { values } = parseArgs({
  options: {
    jobs: { type: "string", default: "500" },
    rounds: { type: "string", default: "5" },
    samples: { type: "string", default: "400" },
  },
});
const wave = { jobs: Number(values.jobs), stages: 9, in_flight: 50 };
const transitions = wave.jobs * wave.stages;

const sides = [greenlightSide(), await bullmqSide(), rawSqliteSide()];
const rates = new Map<string, number[]>(sides.map((side) => [side.name, []]));
for (let round = 0; round <= Number(values.rounds); round++)
  for (const side of sides) {
    const seconds = await side.run(wave);
    // The first round warms up.
    if (round > 0) rates.get(side.name)?.push(transitions / seconds);
  }
for (const side of sides) await side.close();

console.log(
  `${transitions} transitions a round, ${wave.in_flight} jobs in flight, ${values.rounds} rounds (median)`,
);
const [ours = [], bullmq = [], sqlite = []] = [...rates.values()];
for (const [name, all] of rates)
  console.log(`  ${name.padEnd(32)} ${median(all).toFixed(0).padStart(8)} transitions/s`);
const ratio = (other: number[]) => median(ours.map((rate, i) => rate / (other[i] ?? Number.NaN))).toFixed(2);
console.log(`  Greenlight / BullMQ ${ratio(bullmq)}   Greenlight / SQLite alone ${ratio(sqlite)}`);

const latencies = (await approvalLatencies(Number(values.samples))).slice(50);
console.log(`approve over HTTP → next stage started, ${latencies.length} samples`);
console.log(
  `  p50 ${quantile(latencies, 0.5).toFixed(2)} ms   p99 ${quantile(latencies, 0.99).toFixed(2)} ms`,
);
