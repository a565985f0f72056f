-- Starts the language server for `.rule` files: `require("rulec").setup()`, with `{ cmd = { "/path/to/rulec", "lsp" } }`
-- where it is not on the path.

local M = {}

local uv = vim.uv or vim.loop

--- The folder of the nearest `rulec.toml` above a buffer's file; else the file's own. Each folder is asked for by its
--- path as it is: in those of `findfile()`, spaces, commas and `*` mean something.
function M.root_of(buffer)
  local own = vim.fn.fnamemodify(vim.api.nvim_buf_get_name(buffer), ":p:h")
  local folder = own
  while true do
    local found = uv.fs_stat(folder .. "/rulec.toml")
    if found and found.type == "file" then
      return folder
    end
    local above = vim.fn.fnamemodify(folder, ":h")
    if above == folder then
      return own
    end
    folder = above
  end
end

--- Tells the server of no workspace: it finds the project of each file by itself. As a workspace, the folder would bring
--- the projects further down too, which have servers of their own.
function M.before_init(params)
  params.rootPath = vim.NIL
  params.rootUri = vim.NIL
  params.workspaceFolders = vim.NIL
end

--- The running servers by their folder, for releases before `vim.lsp.start`.
local running = {}

--- What later releases set by themselves where a server is attached.
local function set_options(_, buffer)
  vim.api.nvim_buf_set_option(buffer, "omnifunc", "v:lua.vim.lsp.omnifunc")
  vim.api.nvim_buf_set_option(buffer, "tagfunc", "v:lua.vim.lsp.tagfunc")
  vim.api.nvim_buf_set_option(buffer, "formatexpr", "v:lua.vim.lsp.formatexpr()")
end

local function start(cmd, buffer)
  -- Old versions that others show (`fugitive://…`) are no files of a project.
  if vim.api.nvim_buf_get_name(buffer):match("^%a[%w+.-]+://") then
    return
  end
  local root = M.root_of(buffer)
  local config = {
    name = "rulec",
    cmd = cmd,
    root_dir = root,
    before_init = M.before_init,
  }
  if vim.lsp.start then
    vim.api.nvim_buf_call(buffer, function()
      vim.lsp.start(config)
    end)
    return
  end
  config.on_attach = set_options
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

--- What starts the server, as `setup` was told; `:checkhealth rulec` reads it.
M.cmd = { "rulec", "lsp" }

function M.setup(options)
  M.cmd = (options or {}).cmd or M.cmd
  vim.lsp.commands["rulec.runTest"] = run("text")
  vim.lsp.commands["rulec.showTree"] = run("json")
  if vim.lsp.config then
    vim.lsp.config("rulec", { cmd = M.cmd })
    vim.lsp.enable("rulec")
    return
  end
  vim.api.nvim_create_autocmd("FileType", {
    pattern = "rule",
    group = vim.api.nvim_create_augroup("rulec", { clear = true }),
    callback = function(event)
      start(M.cmd, event.buf)
    end,
  })
  -- A plugin manager may get here after a file was opened.
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(buffer) and vim.bo[buffer].filetype == "rule" then
      start(M.cmd, buffer)
    end
  end
end

return M
