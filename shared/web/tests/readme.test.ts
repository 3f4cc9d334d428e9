import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";

function examples(file: string): string[] {
  return [...readFileSync(file, "utf8").matchAll(/```ts\n(.*?)```/gs)].map(([, code = ""]) => code);
}

test("the examples compile", () => {
  const { config } = ts.readConfigFile("tsconfig.json", (file) => ts.sys.readFile(file));
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, process.cwd());
  // An example may end with what it has shown.
  Object.assign(options, { noUnusedLocals: false });
  const files = new Map(examples("README.md").map((code, index) => [resolve(`example-${index}.ts`), code]));
  const host = ts.createCompilerHost(options);
  const read = host.readFile;
  const exists = host.fileExists;
  const source = host.getSourceFile;
  host.readFile = (file) => files.get(file) ?? read(file);
  host.fileExists = (file) => files.has(file) || exists(file);
  host.getSourceFile = (file, target, ...rest) => {
    const code = files.get(file);
    return code === undefined ? source(file, target, ...rest) : ts.createSourceFile(file, code, target);
  };

  const problems = ts.getPreEmitDiagnostics(ts.createProgram([...files.keys()], options, host));

  expect(files.size).toBeGreaterThan(3);
  expect(problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "))).toEqual([]);
}, 60_000);

test("both languages show the same examples", () => {
  expect(examples("README.ko.md")).toEqual(examples("README.md"));
});
