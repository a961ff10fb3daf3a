// A render worker that dies in the middle of its first beat, as native code would make it.
process.on("message", () => {
  process.send?.({ type: "frame", frames: 1 });
  setTimeout(() => process.kill(process.pid, "SIGSEGV"), 20);
});
