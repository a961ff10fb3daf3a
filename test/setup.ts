import fc from "fast-check";

// Everything random takes a seed: a run that fails here fails everywhere, and again.
fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 20_260_101) });
