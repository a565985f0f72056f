-- For `vim.lsp.enable("rulec")`, from Neovim 0.11 on.
return {
  cmd = { "rulec", "lsp" },
  filetypes = { "rule" },
  before_init = function(params)
    require("rulec").before_init(params)
  end,
  root_dir = function(buffer, found)
    found(require("rulec").root_of(buffer))
  end,
}
