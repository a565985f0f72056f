vim.cmd([[autocmd BufNewFile,BufRead *.rule setfiletype rule]])
