// `rulec lsp` driven by the client stack of VS Code: what the extension relies on, without the editor.
//
//   RULEC=…/rulec node --test test/server.js

"use strict";

const assert = require("node:assert/strict");
const { spawn } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { after, before, test } = require("node:test");
const { pathToFileURL } = require("node:url");
const lsp = require("vscode-languageserver-protocol/node");

const rulec = process.env.RULEC ?? "rulec";

const files = {
  "one/rulec.toml": "",
  "one/names.rule": `// Whether the caller pays more.
attribute vip: bool
attribute tier: enum["gold", "silver"]
skill billing { description: "Invoices" }
skill_group office { skills: [billing] }
queue "Desk" { skill_group: office }
condition calm = not vip
`,
  "one/rules.rule": `rule "R" {
  queue: "Desk"
  when calm and tier == "gold" and skill has billing
}

test "calm ones" {
  given { vip: false, tier: "gold", skill: [billing] }
  expect "R"
}
`,
  "two/rulec.toml": "[lints]\nunused-attribute = \"deny\"\n",
  "two/alone.rule": "attribute unused: int\n",
};

/** The abilities of an editor that has them all. */
const capabilities = {
  general: { positionEncodings: ["utf-8", "utf-16"] },
  textDocument: {
    diagnostic: { relatedDocumentSupport: true },
    hover: { contentFormat: ["markdown", "plaintext"] },
    completion: { completionItem: { snippetSupport: true, documentationFormat: ["markdown"] } },
    documentSymbol: { hierarchicalDocumentSymbolSupport: true },
    codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: [""] } }, isPreferredSupport: true },
    codeLens: {},
    rename: { prepareSupport: true },
    semanticTokens: {
      requests: { full: true, range: true },
      tokenTypes: [],
      tokenModifiers: [],
      formats: ["relative"],
      multilineTokenSupport: false,
    },
    foldingRange: {},
    selectionRange: {},
    inlayHint: {},
  },
  workspace: {
    workspaceEdit: { documentChanges: true },
    diagnostics: { refreshSupport: true },
    didChangeWatchedFiles: { dynamicRegistration: true },
    workspaceFolders: true,
  },
};

class Editor {
  constructor(root, more = {}) {
    this.root = root;
    this.pushed = [];
    this.refreshed = 0;
    this.server = spawn(rulec, ["lsp"], { stdio: ["pipe", "pipe", "inherit"] });
    this.ended = new Promise((resolve) => this.server.on("exit", resolve));
    this.client = lsp.createProtocolConnection(this.server.stdout, this.server.stdin);
    this.client.onNotification(lsp.PublishDiagnosticsNotification.type, (told) => this.pushed.push(told));
    this.registered = new Promise((resolve) => {
      this.client.onRequest(lsp.RegistrationRequest.type, (asked) => resolve(asked.registrations));
    });
    this.client.onRequest(lsp.DiagnosticRefreshRequest.type, () => {
      this.refreshed += 1;
    });
    this.client.listen();
    this.more = more;
  }

  async start() {
    const result = await this.client.sendRequest(lsp.InitializeRequest.type, {
      processId: process.pid,
      rootUri: null,
      workspaceFolders: [{ uri: this.uri(""), name: "all" }],
      capabilities: { ...capabilities, ...this.more },
    });
    await this.client.sendNotification(lsp.InitializedNotification.type, {});
    this.can = result.capabilities;
    return this;
  }

  uri(name) {
    return pathToFileURL(path.join(this.root, name)).href;
  }

  document(name) {
    return { textDocument: { uri: this.uri(name) } };
  }

  /** The place of a text in a file, `skip` bytes into it; lines and bytes from 0. */
  at(name, wanted, skip = 0) {
    const text = this.texts[name];
    const start = text.indexOf(wanted);
    assert.notEqual(start, -1, `${wanted} is in ${name}`);
    const before = Buffer.from(text.slice(0, start + skip));
    const line = before.filter((byte) => byte === 10).length;
    return { line, character: before.length - (before.lastIndexOf(10) + 1) };
  }

  place(name, wanted, skip = 0) {
    return { ...this.document(name), position: this.at(name, wanted, skip) };
  }

  texts = {};

  open(name, text = fs.readFileSync(path.join(this.root, name), "utf8")) {
    this.texts[name] = text;
    return this.client.sendNotification(lsp.DidOpenTextDocumentNotification.type, {
      textDocument: { uri: this.uri(name), languageId: "rule", version: 1, text },
    });
  }

  change(name, version, text) {
    this.texts[name] = text;
    return this.client.sendNotification(lsp.DidChangeTextDocumentNotification.type, {
      textDocument: { uri: this.uri(name), version },
      contentChanges: [{ text }],
    });
  }

  ask(type, params) {
    return this.client.sendRequest(type, params);
  }

  async pull(name) {
    const report = await this.ask(lsp.DocumentDiagnosticRequest.type, this.document(name));
    return report.items.map((item) => item.code);
  }

  async end() {
    await this.client.sendRequest(lsp.ShutdownRequest.type);
    await this.client.sendNotification(lsp.ExitNotification.type);
    assert.equal(await this.ended, 0);
    this.client.dispose();
  }
}

let editor;

before(async () => {
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "rulec-")));
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    fs.writeFileSync(path.join(root, name), text);
  }
  editor = await new Editor(root).start();
  await editor.open("one/names.rule");
  await editor.open("one/rules.rule");
});

after(async () => {
  await editor.end();
  fs.rmSync(editor.root, { recursive: true });
});

test("bytes are agreed upon, and files are to be watched", async () => {
  assert.equal(editor.can.positionEncoding, "utf-8");
  const watchers = (await editor.registered)[0].registerOptions.watchers.map((one) => one.globPattern);
  assert.ok(watchers.includes("**/*.rule") && watchers.includes("**/rulec.toml"));
});

test("diagnostics are pulled, of all projects, and never pushed", async () => {
  assert.deepEqual(await editor.pull("one/rules.rule"), []);
  const all = await editor.ask(lsp.WorkspaceDiagnosticRequest.type, { previousResultIds: [] });
  assert.deepEqual(all.items.map((item) => item.uri), [editor.uri("two/alone.rule")]);
  const [unused] = all.items[0].items;
  assert.equal(unused.severity, lsp.DiagnosticSeverity.Error, "the project says so");
  assert.deepEqual(unused.tags, [lsp.DiagnosticTag.Unnecessary]);
  assert.match(unused.codeDescription.href, /W0101/);
  assert.deepEqual(editor.pushed, []);
});

test("a change elsewhere asks for a new pull", async () => {
  const names = editor.texts["one/names.rule"];
  await editor.change("one/names.rule", 2, names.replace("attribute vip: bool", "attribute pip: bool"));
  // The likely meaning of a misspelt name is not called unused.
  assert.deepEqual(await editor.pull("one/names.rule"), ["E0101"]);
  assert.deepEqual(await editor.pull("one/rules.rule"), ["E0101"]);
  const report = await editor.ask(lsp.DocumentDiagnosticRequest.type, editor.document("one/rules.rule"));
  const same = { ...editor.document("one/rules.rule"), previousResultId: report.resultId };
  assert.equal((await editor.ask(lsp.DocumentDiagnosticRequest.type, same)).kind, "unchanged");
  await editor.change("one/names.rule", 3, names);
  assert.deepEqual(await editor.pull("one/rules.rule"), []);
  assert.ok(editor.refreshed > 0);
});

test("hover tells the type, what it is for, and of a rule its tree", async () => {
  const vip = await editor.ask(lsp.HoverRequest.type, editor.place("one/rules.rule", "vip"));
  assert.match(vip.contents.value, /attribute vip: bool/);
  assert.match(vip.contents.value, /Whether the caller pays more/);
  const rule = await editor.ask(lsp.HoverRequest.type, editor.place("one/rules.rule", '"R"', 1));
  assert.match(rule.contents.value, /depth/);
  assert.equal(rule.contents.kind, "markdown");
});

test("a name leads to its declaration, its uses and its highlights", async () => {
  const place = editor.place("one/rules.rule", "calm and");
  const [found] = await editor.ask(lsp.DefinitionRequest.type, place);
  assert.equal(found.uri, editor.uri("one/names.rule"));
  assert.deepEqual(found.range.start, editor.at("one/names.rule", "calm"));
  const all = { ...place, context: { includeDeclaration: true } };
  assert.equal((await editor.ask(lsp.ReferencesRequest.type, all)).length, 2);
  const highlights = await editor.ask(lsp.DocumentHighlightRequest.type, place);
  assert.deepEqual(highlights.map((one) => one.range.start), [editor.at("one/rules.rule", "calm and")]);
});

test("a rename is prepared, and reaches all files with their versions", async () => {
  const place = editor.place("one/rules.rule", "calm and");
  const prepared = await editor.ask(lsp.PrepareRenameRequest.type, place);
  assert.deepEqual((prepared.range ?? prepared).start, place.position);
  const edit = await editor.ask(lsp.RenameRequest.type, { ...place, newName: "quiet" });
  const uris = edit.documentChanges.map((change) => change.textDocument.uri).sort();
  assert.deepEqual(uris, [editor.uri("one/names.rule"), editor.uri("one/rules.rule")]);
  assert.ok(edit.documentChanges.every((change) => typeof change.textDocument.version === "number"));
  await assert.rejects(editor.ask(lsp.RenameRequest.type, { ...place, newName: "vip" }), /vip/);
  await assert.rejects(editor.ask(lsp.RenameRequest.type, { ...place, newName: "not" }), /not/);
});

test("completion offers what fits the place", async () => {
  const labels = async (name, wanted, skip) => {
    const found = await editor.ask(lsp.CompletionRequest.type, editor.place(name, wanted, skip));
    return (found.items ?? found).map((item) => item.label);
  };
  const rules = editor.texts["one/rules.rule"];
  await editor.change("one/rules.rule", 2, rules.replace('tier == "gold"', "tier == "));
  assert.ok((await labels("one/rules.rule", "tier == ", 8)).some((label) => label.includes("silver")));
  await editor.change("one/rules.rule", 3, rules.replace('tier == "gold"', "tier "));
  const operators = await labels("one/rules.rule", "tier ", 5);
  assert.ok(operators.includes("==") && !operators.includes("has"), operators.join(" "));
  await editor.change("one/rules.rule", 4, rules);
  assert.ok((await labels("one/rules.rule", "has billing", 6)).includes("billing"));
});

test("symbols are those of the document, nested, and of all projects", async () => {
  const symbols = await editor.ask(lsp.DocumentSymbolRequest.type, editor.document("one/rules.rule"));
  assert.equal(symbols.length, 2);
  assert.ok(symbols[0].selectionRange);
  const found = await editor.ask(lsp.WorkspaceSymbolRequest.type, { query: "unu" });
  assert.deepEqual(found.map((one) => one.name), ["unused"]);
});

test("documents and ranges are formatted", async () => {
  const rules = editor.texts["one/rules.rule"];
  await editor.change("one/rules.rule", 5, rules.replace("calm and", "calm   and"));
  const options = { tabSize: 2, insertSpaces: true };
  const edits = await editor.ask(lsp.DocumentFormattingRequest.type, { ...editor.document("one/rules.rule"), options });
  assert.ok(edits.length > 0);
  const range = { start: { line: 5, character: 0 }, end: { line: 8, character: 0 } };
  const none = { ...editor.document("one/rules.rule"), options, range };
  assert.deepEqual((await editor.ask(lsp.DocumentRangeFormattingRequest.type, none)) ?? [], []);
  await editor.change("one/rules.rule", 6, rules);
});

test("what is wrong is mended: one by one, all at once, or allowed", async () => {
  const rules = editor.texts["one/rules.rule"];
  await editor.change("one/rules.rule", 7, rules.replace("calm and", "calm &&"));
  const all = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
  const actions = async (name, only) =>
    editor.ask(lsp.CodeActionRequest.type, {
      ...editor.document(name),
      range: all,
      context: { diagnostics: [], ...(only ? { only } : {}) },
    });
  const [fix] = await actions("one/rules.rule", ["quickfix"]);
  assert.equal(fix.isPreferred, true);
  assert.equal(fix.diagnostics[0].code, "E0002");
  const [every] = await actions("one/rules.rule", ["source.fixAll"]);
  assert.match(every.kind, /^source\.fixAll/);
  await editor.change("one/rules.rule", 8, rules);
  await editor.open("two/alone.rule");
  const allow = (await actions("two/alone.rule", ["quickfix"])).find((one) => /allow/.test(one.title));
  assert.ok(allow, "a lint is allowed on its line");
});

test("semantic tokens are of the legend, in full and in a range", async () => {
  const { legend } = editor.can.semanticTokensProvider;
  const full = await editor.ask(lsp.SemanticTokensRequest.type, editor.document("one/names.rule"));
  assert.equal(full.data.length % 5, 0);
  assert.ok(full.data.filter((_, at) => at % 5 === 3).every((type) => type < legend.tokenTypes.length));
  const range = { start: { line: 1, character: 0 }, end: { line: 2, character: 0 } };
  const part = await editor.ask(lsp.SemanticTokensRangeRequest.type, { ...editor.document("one/names.rule"), range });
  assert.ok(part.data.length > 0 && part.data.length < full.data.length);
});

test("folds, selections, hints and lenses", async () => {
  const folds = await editor.ask(lsp.FoldingRangeRequest.type, editor.document("one/rules.rule"));
  assert.deepEqual(folds.map((fold) => fold.startLine), [0, 5]);
  const positions = [editor.at("one/rules.rule", "calm and")];
  const [selection] = await editor.ask(lsp.SelectionRangeRequest.type, { ...editor.document("one/rules.rule"), positions });
  assert.ok(selection.parent.parent, "it grows");
  const range = { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } };
  assert.ok(Array.isArray((await editor.ask(lsp.InlayHintRequest.type, { ...editor.document("one/rules.rule"), range })) ?? []));
  const lenses = await editor.ask(lsp.CodeLensRequest.type, editor.document("one/rules.rule"));
  const commands = lenses.map((lens) => lens.command.command).sort();
  assert.deepEqual(commands, ["rulec.runTest", "rulec.showTree"]);
  for (const { command } of lenses) {
    const answer = await editor.ask(lsp.ExecuteCommandRequest.type, command);
    const text = typeof answer === "string" ? answer : JSON.stringify(answer);
    assert.match(text, command.command === "rulec.runTest" ? /pass/ : /tier/);
  }
});

test("a mistake in one declaration leaves the others as they were", async () => {
  const rules = editor.texts["one/rules.rule"];
  await editor.change("one/rules.rule", 9, `rule "broken" { when and and\n\n${rules}`);
  const [found] = await editor.ask(lsp.DefinitionRequest.type, editor.place("one/rules.rule", "calm and tier"));
  assert.equal(found.uri, editor.uri("one/names.rule"));
  assert.ok((await editor.pull("one/rules.rule")).every((code) => code < "E0100" || code.startsWith("W")));
  await editor.change("one/rules.rule", 10, rules);
  assert.deepEqual(await editor.pull("one/rules.rule"), []);
});

test("what rulec.toml says counts as soon as it is changed", async () => {
  fs.writeFileSync(path.join(editor.root, "two/rulec.toml"), "[lints]\nunused-attribute = \"allow\"\n");
  const changes = [{ uri: editor.uri("two/rulec.toml"), type: lsp.FileChangeType.Changed }];
  await editor.client.sendNotification(lsp.DidChangeWatchedFilesNotification.type, { changes });
  assert.deepEqual(await editor.pull("two/alone.rule"), []);
});

test("the page of a diagnostic is a document", async () => {
  const page = await editor.client.sendRequest("workspace/textDocumentContent", { uri: "rulec:/diagnostics/E0101.md" });
  assert.match(page.text, /attribute/);
});

test("an editor without any ability is pushed to, in UTF-16", async () => {
  const plain = new Editor(editor.root);
  const result = await plain.client.sendRequest(lsp.InitializeRequest.type, {
    processId: null,
    rootUri: plain.uri("one"),
    capabilities: {},
  });
  await plain.client.sendNotification(lsp.InitializedNotification.type, {});
  assert.equal(result.capabilities.positionEncoding, "utf-16");
  assert.equal(result.capabilities.diagnosticProvider, undefined);
  const told = new Promise((resolve) => {
    plain.client.onNotification(lsp.PublishDiagnosticsNotification.type, (one) => {
      if (one.version === 1) {
        resolve(one);
      }
    });
  });
  await plain.open("one/rules.rule", "/* \u{1f600} */ condition c = bogus\n");
  const { uri, diagnostics, version } = await told;
  assert.equal(uri, plain.uri("one/rules.rule"));
  assert.equal(version, 1);
  assert.equal(diagnostics.find((one) => one.code === "E0101").range.start.character, 23);
  await plain.end();
});
