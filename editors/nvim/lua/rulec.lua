-- Starts the language server for `.rule` files: `require("rulec").setup()`, with `{ cmd = { "/path/to/rulec", "lsp" } }`
-- where it is not on the path.

local M = {}

--- The folder of the `rulec.toml` above a file; else the file's own.
local function root_of(file)
  local folder = vim.fn.fnamemodify(file, ":p:h")
  local found = vim.fn.findfile("rulec.toml", folder .. ";")
  return found == "" and folder or vim.fn.fnamemodify(found, ":p:h")
end

--- The running servers by their folder, for releases before `vim.lsp.start`.
local running = {}

local function start(cmd, buffer)
  local root = root_of(vim.api.nvim_buf_get_name(buffer))
  local config = {
    name = "rulec",
    cmd = cmd,
    root_dir = root,
    workspace_folders = { { uri = vim.uri_from_fname(root), name = root } },
  }
  if vim.lsp.start then
    vim.lsp.start(config)
    return
  end
  config.on_exit = function()
    running[root] = nil
  end
  running[root] = running[root] or vim.lsp.start_client(config)
  if running[root] then
    vim.lsp.buf_attach_client(buffer, running[root])
  end
end

--- What a code lens does: the server's answer is shown in a window of its own.
local function run(syntax)
  return function(command, context)
    local params = { command = command.command, arguments = command.arguments }
    vim.lsp.buf_request(context.bufnr, "workspace/executeCommand", params, function(error, answer)
      local text = error and error.message or answer and answer.text
      if text then
        vim.lsp.util.open_floating_preview(vim.split(vim.trim(text), "\n"), syntax, { focus_id = "rulec" })
      end
    end)
  end
end

function M.setup(options)
  local cmd = (options or {}).cmd or { "rulec", "lsp" }
  vim.lsp.commands["rulec.runTest"] = run("text")
  vim.lsp.commands["rulec.showTree"] = run("json")
  if vim.lsp.config then
    vim.lsp.config("rulec", { cmd = cmd })
    vim.lsp.enable("rulec")
    return
  end
  vim.api.nvim_create_autocmd("FileType", {
    pattern = "rule",
    group = vim.api.nvim_create_augroup("rulec", { clear = true }),
    callback = function(event)
      start(cmd, tonumber(event.buf) or vim.api.nvim_get_current_buf())
    end,
  })
end

return M
