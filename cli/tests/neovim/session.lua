-- What an author does in Neovim, run by `nvim --clean --headless -c "luafile session.lua"`: as old a Neovim as Debian has it.
-- RULEC names the server, SESSION the file to write what was seen to.

local harness = dofile(vim.env.HARNESS)
local await = harness.await

local function main()
  local file = vim.fn.getcwd() .. "/rules.rule"
  vim.cmd("edit " .. vim.fn.fnameescape(file))
  local buffer = vim.api.nvim_get_current_buf()
  local client = assert(vim.lsp.start_client({ cmd = { vim.env.RULEC, "lsp" }, root_dir = vim.fn.getcwd() }))
  vim.lsp.buf_attach_client(buffer, client)

  local function diagnostics()
    return harness.diagnostics(buffer)
  end
  local function place(line, column)
    return { textDocument = vim.lsp.util.make_text_document_params(buffer), position = { line = line, character = column } }
  end
  local function ask(method, params)
    local answers = assert(vim.lsp.buf_request_sync(buffer, method, params, 60000), method)
    local answer = answers[client]
    return answer.result
  end

  await("diagnostics", function() return #diagnostics() > 0 end)
  local seen = { diagnostics = diagnostics() }
  seen.hover = ask("textDocument/hover", place(0, 12)).contents.value
  seen.definition = ask("textDocument/definition", place(3, 32))[1].range.start

  local actions = ask("textDocument/codeAction", {
    textDocument = vim.lsp.util.make_text_document_params(buffer),
    range = { start = { line = 0, character = 0 }, ["end"] = { line = 99, character = 0 } },
    context = { diagnostics = {}, only = { "quickfix" } },
  })
  seen.actions = vim.tbl_map(function(action) return action.title end, actions)
  vim.lsp.util.apply_workspace_edit(actions[1].edit, "utf-16")
  await("the mistake to go away", function() return #diagnostics() == 0 end)
  seen.fixed = vim.api.nvim_buf_get_lines(buffer, 0, -1, false)

  local edits = ask("textDocument/formatting", {
    textDocument = vim.lsp.util.make_text_document_params(buffer),
    options = { tabSize = 4, insertSpaces = true },
  })
  vim.lsp.util.apply_text_edits(edits, buffer, "utf-16")
  seen.formatted = vim.api.nvim_buf_get_lines(buffer, 0, -1, false)

  vim.lsp.stop_client(client)
  await("the server to end", function() return vim.lsp.client_is_stopped(client) end)
  return seen
end

harness.run(main)
