-- `:checkhealth rulec`: whether the server can be started, and where it runs.

local M = {}

-- They had longer names before 0.10.
local health = vim.health or require("health")
local start = health.start or health.report_start
local ok = health.ok or health.report_ok
local info = health.info or health.report_info
local bad = health.error or health.report_error

function M.check()
  start("rulec")
  local program = require("rulec").cmd[1]
  if vim.fn.executable(program) == 0 then
    bad(("`%s` is not there"):format(program), { "install it, or name it: `setup({ cmd = { \"/somewhere/rulec\", \"lsp\" } })`" })
  else
    local version = vim.fn.system({ program, "--version" })
    if vim.v.shell_error == 0 then
      ok(("`%s` is %s"):format(program, vim.trim(version)))
    else
      bad(("`%s --version` fails: %s"):format(program, vim.trim(version)))
    end
  end
  if #vim.api.nvim_get_runtime_file("parser/rule.*", false) > 0 then
    ok("the parser for colours and folds is built")
  else
    info("there is no parser for colours and folds: docs/editors.md says how to build it")
  end
  local clients = (vim.lsp.get_clients or vim.lsp.get_active_clients)()
  local count = 0
  for _, client in pairs(clients) do
    if client.name == "rulec" then
      count = count + 1
      info(("a server runs for %s, as client %d"):format(client.config.root_dir, client.id))
    end
  end
  if count == 0 then
    info("no server runs: one starts with the first `.rule` file")
  end
end

return M
