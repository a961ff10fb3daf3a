/** A child of the crash test: appends to 8 jobs at once until it is killed, writing `<job_id> <version>` per acknowledgement. */
import { writeSync } from "node:fs";
import { FixtureLog } from "../../../domain/testing/fixtures.ts";
import { openSqliteStore, type SqliteOptions } from "../sqlite.ts";

const [path = "", synchronous] = process.argv.slice(2);
const store = openSqliteStore({
  path,
  synchronous: synchronous as NonNullable<SqliteOptions["synchronous"]>,
});
const log = new FixtureLog();

await Promise.all(
  Array.from({ length: 8 }, async () => {
    const created = log.create();
    await store.append(created);
    for (let state = created.state; ; ) {
      const request = log.append(state, [{ type: "stage_started", stage: "outline" }]);
      await store.append(request);
      state = request.state;
      writeSync(1, `${state.id} ${state.version}\n`);
    }
  }),
);
