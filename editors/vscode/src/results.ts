// Shows what the server's commands answer: a test's outcome, a rule's compiled tree.

import * as vscode from "vscode";

/** The documents that hold answers, one for each command, and the channel for tests. */
export class Results implements vscode.TextDocumentContentProvider, vscode.Disposable {
  static readonly scheme = "rulec";

  private readonly texts = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly tests = vscode.window.createOutputChannel("rulec tests");
  readonly onDidChange = this.changed.event;

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.path) ?? "";
  }

  /** Shows an answer where its command's answers go; an empty one, and other commands' answers, nowhere. */
  async show(command: string, answer: unknown): Promise<void> {
    const text = textOf(answer);
    if (text === undefined) {
      return;
    }
    if (command === "rulec.runTest") {
      this.tests.replace(text);
      this.tests.show(true);
    } else if (command === "rulec.showTree") {
      await this.open("tree.json", text);
    }
  }

  private async open(name: string, text: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme: Results.scheme, path: name });
    this.texts.set(uri.path, text);
    this.changed.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
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

function textOf(answer: unknown): string | undefined {
  if (answer === null || answer === undefined) {
    return undefined;
  }
  if (typeof answer === "object" && "text" in answer && typeof answer.text === "string") {
    return answer.text;
  }
  return typeof answer === "string" ? answer : JSON.stringify(answer, null, 2);
}
