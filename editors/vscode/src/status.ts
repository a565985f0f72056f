// The server's state in the status bar.

import * as vscode from "vscode";
import { State } from "vscode-languageclient/node";

type Shown = "starting" | "running" | "stopped";

const ICONS: Record<Shown, string> = {
  starting: "$(loading~spin)",
  running: "$(check)",
  stopped: "$(error)",
};

/** An item beside the language's name, shown where a `.rule` file is. */
export class Status implements vscode.Disposable {
  private readonly item = vscode.languages.createLanguageStatusItem("rulec", { language: "rule" });

  constructor() {
    this.item.name = "rulec";
    this.item.command = { title: "Manage", command: "rule.status" };
    this.show("starting", "");
  }

  of(state: State): void {
    switch (state) {
      case State.Starting:
        return this.show("starting", "");
      case State.Running:
        return this.show("running", "");
      default:
        return this.show("stopped", "restart it, or look at its log");
    }
  }

  show(shown: Shown, detail: string): void {
    this.item.text = `${ICONS[shown]} rulec`;
    this.item.detail = detail === "" ? shown : `${shown}: ${detail}`;
    this.item.busy = shown === "starting";
    this.item.severity =
      shown === "stopped" ? vscode.LanguageStatusSeverity.Error : vscode.LanguageStatusSeverity.Information;
  }

  /** Offers what can be done about it. */
  async pick(): Promise<void> {
    const choices = [
      { label: "Restart the language server", command: "rule.restart" },
      { label: "Show its log", command: "rule.showLog" },
    ];
    const chosen = await vscode.window.showQuickPick(choices, { title: this.item.detail ?? "rulec" });
    if (chosen !== undefined) {
      await vscode.commands.executeCommand(chosen.command);
    }
  }

  dispose(): void {
    this.item.dispose();
  }
}
