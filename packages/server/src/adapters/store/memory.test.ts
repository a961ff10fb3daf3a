import { eventStoreContract } from "./event-store.contract.ts";
import { openMemoryStore } from "./memory.ts";

eventStoreContract("memory", async () => ({ store: openMemoryStore(), reopen: null }));
