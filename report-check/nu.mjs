// The Nu HTML checker, which is a jar of the npm package vnu-jar.

import { spawnSync } from "node:child_process";
import vnu from "vnu-jar";
import { fileURLToPath } from "node:url";

// nu gives what the checker says against each of the files, warnings too, by file.
export function nu(files) {
  const run = spawnSync("java", ["-jar", vnu.vnuJar ?? vnu, "--format", "json", "--exit-zero-always", ...files], {
    encoding: "utf8",
    maxBuffer: 64 << 20,
  });
  if (run.error || run.status !== 0) throw new Error(`java could not run the Nu checker: ${run.error ?? run.stderr}`);
  const found = new Map(files.map((file) => [file, []]));
  for (const m of JSON.parse(run.stderr).messages) {
    const sentence = `Nu checker: ${m.message}${m.lastLine ? ` (line ${m.lastLine})` : ""}`;
    if (m.url) found.get(fileURLToPath(m.url)).push(sentence);
    else throw new Error(sentence);
  }
  return found;
}
