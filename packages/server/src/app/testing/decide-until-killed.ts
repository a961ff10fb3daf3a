/** A child of the crash test: approves through a link and kills itself where the second argument says. */
import { StatementSync } from "node:sqlite";
import { openSqliteStore } from "../../adapters/store/sqlite.ts";
import { linkBench } from "./link-bench.ts";

const [path = "", moment, token = ""] = process.argv.slice(2);
const die = () => process.kill(process.pid, "SIGKILL");
const store = openSqliteStore({ path });
const append = store.append.bind(store);

store.append = async (request) => {
  if (moment === "before the append") die();
  if (moment === "before its commit")
    StatementSync.prototype.run = new Proxy(StatementSync.prototype.run, {
      apply(run, statement: StatementSync, values) {
        if (statement.sourceSQL === "COMMIT") die();
        return Reflect.apply(run, statement, values);
      },
    });
  await append(request);
  die();
};
await linkBench(store).links.decide(token, { approve: true, notes: null, address: null });
