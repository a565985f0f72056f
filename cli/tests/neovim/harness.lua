-- What the sessions share: waiting for the server, and telling the test what was seen.

local M = {}

--- Returns as soon as it is so; the limit only ends a test that fails.
function M.await(what, done)
  if not vim.wait(60000, done, 10) then
    error("waited in vain for " .. what)
  end
end

--- The diagnostics that a buffer shows.
function M.diagnostics(buffer)
  return vim.tbl_map(function(one)
    return { code = one.code or one.user_data and one.user_data.lsp.code, line = one.lnum, column = one.col }
  end, vim.diagnostic.get(buffer))
end

--- Runs a session, writes what it returns to the file that SESSION names, and ends the editor.
function M.run(main)
  local ok, result = pcall(main)
  local file = assert(io.open(vim.env.SESSION, "w"))
  file:write(vim.fn.json_encode({ ok = ok, result = result }))
  file:close()
  vim.cmd(ok and "qall!" or "cquit!")
end

return M
