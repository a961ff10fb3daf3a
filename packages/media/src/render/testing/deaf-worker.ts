// A render worker that takes a beat and never answers again.
process.on("message", () => process.send?.({ type: "frame", frames: 1 }));
process.on("disconnect", () => process.exit(0));
