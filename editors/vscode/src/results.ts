// Shows what the server answers: a test's outcome, a rule's compiled tree, a diagnostic's page.

import * as vscode from "vscode";

/** An answer of the server: whether all went well, and what to tell people. */
interface Answer {
  ok: boolean;
  text: string;
}

/** Asks the server for the text of a document that it holds. */
type Ask = (uri: vscode.Uri, token: vscode.CancellationToken) => Promise<string>;

/** The document that holds the last tree, those of the server, and the channel for tests. */
export class Results implements vscode.TextDocumentContentProvider, vscode.Disposable {
  static readonly scheme = "rulec";

  private readonly tree = vscode.Uri.from({ scheme: Results.scheme, path: "tree.json" });
  private text = "";
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly tests = vscode.window.createOutputChannel("rulec tests");
  readonly onDidChange = this.changed.event;

  constructor(private readonly ask: Ask) {}

  /** Diagnostics link to their pages, `rulec:/diagnostics/E0301.md`: the server has these. */
  async provideTextDocumentContent(uri: vscode.Uri, token: vscode.CancellationToken): Promise<string> {
    return uri.path.startsWith("/diagnostics/") ? this.ask(uri, token) : this.text;
  }

  /** Shows an answer where its command's answers go; that of a command that shows nothing, nowhere. */
  async show(command: string, answer: unknown): Promise<void> {
    if (!isAnswer(answer)) {
      return;
    }
    if (command === "rulec.runTest") {
      this.tests.replace(answer.text);
      this.tests.show(true);
    } else if (command === "rulec.showTree") {
      if (answer.ok) {
        await this.showTree(answer.text);
      } else {
        void vscode.window.showWarningMessage(answer.text);
      }
    }
  }

  private async showTree(text: string): Promise<void> {
    this.text = text;
    this.changed.fire(this.tree);
    const document = await vscode.workspace.openTextDocument(this.tree);
    await vscode.window.showTextDocument(document, {
      viewColumn: vscode.ViewColumn.Beside,
      preserveFocus: true,
      preview: true,
    });
  }

  dispose(): void {
    this.changed.dispose();
    this.tests.dispose();
  }
}

function isAnswer(value: unknown): value is Answer {
  return (
    typeof value === "object" &&
    value !== null &&
    "ok" in value &&
    typeof value.ok === "boolean" &&
    "text" in value &&
    typeof value.text === "string"
  );
}
