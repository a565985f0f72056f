// Starts `rulec lsp` and keeps it running. All features are the server's; here are only settings, the state in the
// status bar, and a place where the results of tests and trees are shown.

import * as vscode from "vscode";
import {
  LanguageClient,
  type LanguageClientOptions,
  type ServerOptions,
  State,
} from "vscode-languageclient/node";
import { Results } from "./results";
import { Status } from "./status";

let client: LanguageClient | undefined;

/** Starts and stops stand in a line: a client that is starting cannot be stopped. */
let turn: Promise<void> = Promise.resolve();

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const results = new Results(textOf);
  const status = new Status();
  const log = vscode.window.createOutputChannel("rulec", { log: true });

  const start = async (): Promise<void> => {
    if (!vscode.workspace.isTrusted) {
      status.show("stopped", "this folder is not trusted: rulec is not run");
      return;
    }
    client = newClient(log, results);
    client.onDidChangeState(({ newState }) => status.of(newState));
    try {
      await client.start();
      status.show("running", client.initializeResult?.serverInfo?.version ?? "");
    } catch (error) {
      status.of(State.Stopped);
      await notStarted(error);
    }
  };
  const restart = (): Promise<void> => {
    turn = turn.then(stop).then(start);
    return turn;
  };

  context.subscriptions.push(
    log,
    status,
    results,
    vscode.workspace.registerTextDocumentContentProvider(Results.scheme, results),
    vscode.commands.registerCommand("rule.restart", restart),
    vscode.commands.registerCommand("rule.showLog", () => log.show()),
    vscode.commands.registerCommand("rule.status", () => status.pick()),
    vscode.workspace.onDidGrantWorkspaceTrust(restart),
    vscode.workspace.onDidChangeConfiguration(async (change) => {
      if (change.affectsConfiguration("rulec.path") || change.affectsConfiguration("rulec.env")) {
        await restart();
      }
    }),
  );
  await restart();
}

export async function deactivate(): Promise<void> {
  await turn;
  await stop();
}

async function stop(): Promise<void> {
  const running = client;
  client = undefined;
  // One that could not be started has nothing to stop.
  if (running?.needsStop() === true) {
    await running.dispose();
  }
}

/** The text of a document that the server holds; one that is left open from before waits for the server. */
async function textOf(uri: vscode.Uri, token: vscode.CancellationToken): Promise<string> {
  await turn;
  if (client?.isRunning() !== true) {
    return "rulec does not run: start it, and open this page anew\n";
  }
  const page = await client.sendRequest<{ text: string }>(
    "workspace/textDocumentContent",
    { uri: uri.toString() },
    token,
  );
  return page.text === "" ? `rulec knows no page ${uri.path}\n` : page.text;
}

function newClient(log: vscode.LogOutputChannel, results: Results): LanguageClient {
  const settings = vscode.workspace.getConfiguration("rulec");
  const server: ServerOptions = {
    command: programOf(settings.get<string>("path", "rulec")),
    args: ["lsp"],
    options: { env: { ...process.env, ...settings.get<Record<string, string>>("env", {}) } },
  };
  const options: LanguageClientOptions = {
    documentSelector: [
      { scheme: "file", language: "rule" },
      { scheme: "untitled", language: "rule" },
    ],
    outputChannel: log,
    traceOutputChannel: log,
    // The server asks for the files that it wants to have watched.
    middleware: {
      // What a code lens runs ends in a text, which has to be shown somewhere.
      executeCommand: async (command, args, next) => {
        const result: unknown = await next(command, args);
        await results.show(command, result);
        return result;
      },
    },
  };
  // Its first argument is also the section of the settings that `trace.server` is read from.
  return new LanguageClient("rulec", "rulec", server, options);
}

/** A path may start with `~` or `${workspaceFolder}`; a bare name is looked up on the path. */
function programOf(setting: string): string {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? "";
  const home = process.env["HOME"] ?? process.env["USERPROFILE"] ?? "~";
  return setting.replace("${workspaceFolder}", folder).replace(/^~(?=[/\\])/, home);
}

async function notStarted(error: unknown): Promise<void> {
  const why = error instanceof Error ? error.message : String(error);
  const settings = "Open settings";
  const chosen = await vscode.window.showErrorMessage(
    `rulec could not be started: ${why}. Install it, or set \`rulec.path\`.`,
    settings,
  );
  if (chosen === settings) {
    await vscode.commands.executeCommand("workbench.action.openSettings", "rulec.path");
  }
}
