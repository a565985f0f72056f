-- Two spaces, as `rulec fmt` writes; colours and folds where the parser has been built.
local buffer = vim.api.nvim_get_current_buf()
vim.bo.commentstring = "// %s"
vim.bo.comments = "s1:/*,mb:*,ex:*/,://"
vim.bo.shiftwidth = 2
vim.bo.softtabstop = 2
vim.bo.expandtab = true
vim.bo.smartindent = true
-- Names of attributes have dots, but `.` is left alone: `w` and `*` go by segments, and the server knows whole names.

if vim.treesitter.start then
  if pcall(vim.treesitter.start, buffer, "rule") then
    vim.wo.foldexpr = "v:lua.vim.treesitter.foldexpr()"
  end
end
