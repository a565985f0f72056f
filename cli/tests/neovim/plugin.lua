-- What an author does who has set up Neovim as docs/editors.md says: `editors/nvim` on the runtimepath, and `setup()`.
-- The folder that it runs in holds two projects, whose paths mean something to Vim, and a file that stands alone.

local harness = dofile(vim.env.HARNESS)
local await = harness.await

local function main()
  local folder = vim.fn.getcwd()
  local function edit(file)
    vim.cmd("edit " .. vim.fn.fnameescape(folder .. "/" .. file))
    return vim.api.nvim_get_current_buf()
  end
  -- The folder of each server that runs for a buffer.
  local function roots(buffer)
    return vim.tbl_map(function(client)
      return client.config.root_dir:sub(#folder + 2)
    end, vim.tbl_values(vim.lsp.buf_get_clients(buffer)))
  end

  local names = edit("calls, chats;1/names.rule")
  local rules = edit("calls, chats;1/by day [*]/rules.rule")
  local alone = edit("alone.rule")
  local other = edit("other, one/rules.rule")
  await("three servers", function() return #vim.lsp.get_active_clients() == 3 end)
  local seen = { filetype = vim.bo[names].filetype, omnifunc = vim.bo[names].omnifunc }
  seen.roots = { names = roots(names), rules = roots(rules), alone = roots(alone), other = roots(other) }
  await("the file alone", function() return #harness.diagnostics(alone) > 0 end)

  await("diagnostics", function() return #harness.diagnostics(rules) > 0 end)
  seen.diagnostics = harness.diagnostics(rules)
  vim.api.nvim_set_current_buf(rules)
  vim.api.nvim_buf_set_lines(rules, 2, 3, true, { "  when calm and priority > 3" })
  await("the mistake to go away", function() return #harness.diagnostics(rules) == 0 end)

  vim.lsp.codelens.refresh()
  local function lenses()
    return vim.tbl_map(function(lens) return lens.command.command end, vim.lsp.codelens.get(rules))
  end
  await("code lenses", function() return #lenses() == 2 end)
  seen.lenses = lenses()
  vim.api.nvim_win_set_cursor(0, { 6, 0 })
  vim.lsp.codelens.run()
  local function answer()
    for _, window in ipairs(vim.api.nvim_list_wins()) do
      if vim.api.nvim_win_get_config(window).relative ~= "" then
        return table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), "\n")
      end
    end
  end
  await("the outcome of the test", answer)
  seen.outcome = answer()

  vim.api.nvim_win_set_cursor(0, { 3, 8 })
  vim.lsp.buf.rename("quiet")
  await("the new name in both files", function()
    return vim.api.nvim_buf_get_lines(names, 2, 3, true)[1]:find("quiet")
      and vim.api.nvim_buf_get_lines(rules, 2, 3, true)[1]:find("quiet")
  end)
  vim.cmd("wall")
  seen.renamed = vim.fn.readfile(vim.api.nvim_buf_get_name(names))

  seen.servers = #vim.lsp.get_active_clients()
  vim.cmd("checkhealth rulec")
  seen.health = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\n")
  return seen
end

harness.run(main)
