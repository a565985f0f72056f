// Shows what the server's commands answer: a test's outcome, a rule's compiled tree.

import * as vscode from "vscode";

/** An answer of the server: whether all went well, and what to tell people. */
interface Answer {
  ok: boolean;
  text: string;
}

/** The document that holds the last tree, and the channel for tests. */
export class Results implements vscode.TextDocumentContentProvider, vscode.Disposable {
  static readonly scheme = "rulec";

  private readonly tree = vscode.Uri.from({ scheme: Results.scheme, path: "tree.json" });
  private text = "";
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly tests = vscode.window.createOutputChannel("rulec tests");
  readonly onDidChange = this.changed.event;

  provideTextDocumentContent(): string {
    return this.text;
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
