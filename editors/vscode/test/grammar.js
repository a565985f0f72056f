// Colours every program that rulec's own parser reads, and compares each token with what the parser says it is:
//   node test/grammar.js TOKENS.json
// The file is what `cargo run -p rulec-tests --example tokens` prints.

"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { INITIAL, Registry, parseRawGrammar } = require("vscode-textmate");
const oniguruma = require("vscode-oniguruma");

/** The class that a scope stands for; the first that the innermost scopes give counts. */
const CLASSES = [
  ["comment.", "comment"],
  ["string.regexp", "regex"],
  ["string.quoted", "string"],
  ["constant.numeric", "number"],
  ["constant.language.boolean", "boolean"],
  ["storage.type", "type"],
  ["keyword.operator.word", "keyword"],
  ["keyword.operator", "operator"],
  ["keyword.other.unit", undefined],
  ["keyword.", "keyword"],
  ["variable.", "name"],
  ["entity.name", "name"],
  ["punctuation.definition", undefined],
  ["punctuation.", "punctuation"],
  ["constant.character.escape", undefined],
];

function classOf(scopes) {
  for (const scope of [...scopes].reverse()) {
    const found = CLASSES.find(([prefix]) => scope.startsWith(prefix));
    if (found?.[1] !== undefined) {
      return found[1];
    }
  }
  return "none";
}

/** The class of every UTF-16 code unit of a text. */
function colours(grammar, text) {
  const classes = [];
  let state = INITIAL;
  for (const line of text.split("\n")) {
    const coloured = grammar.tokenizeLine(line, state);
    for (const token of coloured.tokens) {
      const end = Math.min(token.endIndex, line.length);
      for (let at = token.startIndex; at < end; at += 1) {
        classes.push(classOf(token.scopes));
      }
    }
    classes.push("none");
    state = coloured.ruleStack;
  }
  return classes;
}

async function main() {
  const wasm = path.join(path.dirname(require.resolve("vscode-oniguruma")), "onig.wasm");
  await oniguruma.loadWASM(fs.readFileSync(wasm));
  const file = path.join(__dirname, "../syntaxes/rule.tmLanguage.json");
  const registry = new Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async () => parseRawGrammar(fs.readFileSync(file, "utf8"), file),
  });
  const grammar = await registry.loadGrammar("source.rule");
  const programs = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
  let [tokens, wrong] = [0, 0];
  for (const program of programs) {
    // Editors take a byte order mark off.
    const classes = colours(grammar, program.text.replace(/^\uFEFF/, " "));
    for (const [start, end, expected] of program.tokens) {
      tokens += 1;
      const seen = new Set(classes.slice(start, end));
      // White space inside a comment of several lines has its ends of lines outside of it.
      if (expected === "comment") {
        seen.delete("none");
      }
      if (seen.size !== 1 || !seen.has(expected)) {
        wrong += 1;
        if (wrong <= 20) {
          const line = program.text.slice(0, start).split("\n").length;
          const token = JSON.stringify(program.text.slice(start, end));
          console.error(`${program.name}:${line}: ${token} is ${[...seen].join(" and ")}, not ${expected}`);
        }
      }
    }
  }
  console.log(`${programs.length} programs, ${tokens} tokens, ${wrong} coloured otherwise than the parser reads them`);
  if (wrong > 0 || programs.length < 200) {
    process.exitCode = 1;
  }
}

main();
