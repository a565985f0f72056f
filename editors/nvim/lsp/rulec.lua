-- For `vim.lsp.enable("rulec")`, from Neovim 0.11 on.
return {
  cmd = { "rulec", "lsp" },
  filetypes = { "rule" },
  root_markers = { "rulec.toml", ".git" },
}
