;;; rule-mode.el --- The rule language of rulec  -*- lexical-binding: t; -*-

;; Version: 0.1.0
;; Package-Requires: ((emacs "26.1"))
;; Keywords: languages
;; SPDX-License-Identifier: MIT OR Apache-2.0

;;; Commentary:

;; `rule-mode' colours and indents `.rule' files with what every Emacs has.  `rule-ts-mode' does it by tree-sitter, from
;; Emacs 29 on, where the grammar is installed.  Both are known to eglot: `M-x eglot' starts `rulec lsp'.

;;; Code:

(defgroup rule nil
  "Routing rules for Genesys Cloud."
  :group 'languages)

(defcustom rule-indent-offset 2
  "Columns of one level; `rulec fmt' writes two."
  :type 'integer
  :safe #'integerp)

(defvar rule-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?/ ". 124b" table)
    (modify-syntax-entry ?* ". 23" table)
    (modify-syntax-entry ?\n "> b" table)
    (modify-syntax-entry ?\" "\"" table)
    (modify-syntax-entry ?\\ "\\" table)
    (modify-syntax-entry ?_ "_" table)
    (modify-syntax-entry ?. "_" table)
    table))

(defconst rule--declarations
  '("attribute" "condition" "skill" "skill_group" "queue" "rule" "strategy" "test"))

(defvar rule-font-lock-keywords
  `((,(concat "^\\s-*" (regexp-opt rule--declarations t) "\\_>\\s-+\\(?:\"\\|\\(\\(?:\\sw\\|\\s_\\)+\\)\\)")
     (1 font-lock-keyword-face)
     (2 font-lock-variable-name-face nil t))
    ("^\\s-*strategy\\s-+\\(for\\)\\_>" 1 font-lock-keyword-face)
    ("\"\\s-+\\(on\\)\\s-+\\(\\(?:\\sw\\|\\s_\\)+\\)\\s-*{"
     (1 font-lock-keyword-face)
     (2 font-lock-constant-face))
    ("\\_<\\(\\(?:\\sw\\|\\s_\\)+\\)\\s-*:" 1 font-lock-property-face)
    ("\\_<attribute\\s-+\\S-+\\s-*:\\s-*\\(bool\\|int\\|float\\|string\\|enum\\|set\\)\\_>" 1 font-lock-type-face)
    ("^\\s-*\\(when\\|given\\|expect\\|case\\)\\_>[^:]" 1 font-lock-keyword-face)
    ("\\_<\\(and\\|or\\|not\\|in\\|has\\|lacks\\|exists\\|contains\\|matches\\|starts_with\\|ends_with\\)\\_>"
     1 font-lock-keyword-face)
    ("\\_<\\(true\\|false\\|none\\)\\_>" 1 font-lock-constant-face)
    ("\\_<matches\\s-+\\(/\\(?:[^/\\\n]\\|\\\\.\\)+/\\)" 1 font-lock-string-face t)))

(unless (facep 'font-lock-property-face)
  (defface font-lock-property-face '((t :inherit font-lock-variable-name-face))
    "Names of properties, for releases of Emacs without that face."))
(defvar font-lock-property-face 'font-lock-property-face)

(defvar rule-imenu-generic-expression
  (mapcar (lambda (keyword)
            (list keyword
                  (concat "^\\s-*" keyword "\\s-+\\(?:for\\s-+\\)?\\(\"[^\"\n]*\"\\|[A-Za-z_][A-Za-z0-9_.]*\\)")
                  1))
          rule--declarations))

(defun rule-indent-line ()
  "Indent the line by its brackets, and a condition's later lines one level more."
  (interactive)
  (let ((target
         (save-excursion
           (back-to-indentation)
           (let* ((closes (looking-at-p "[])}]"))
                  (goes-on (looking-at-p "\\(?:and\\|or\\)\\_>"))
                  (opener (nth 1 (syntax-ppss))))
             (if (not opener)
                 (if goes-on rule-indent-offset 0)
               (let ((in-block (eq (char-after opener) ?{)))
                 (goto-char opener)
                 (+ (current-indentation)
                    (if closes 0 rule-indent-offset)
                    (if (and goes-on in-block) rule-indent-offset 0))))))))
    (if (<= (current-column) (current-indentation))
        (indent-line-to target)
      (save-excursion (indent-line-to target)))))

(defun rule--setup ()
  "Set what both modes share."
  (setq-local comment-start "// ")
  (setq-local comment-start-skip "\\(?://+\\|/\\*+\\)\\s-*")
  (setq-local comment-end "")
  (setq-local indent-tabs-mode nil)
  (setq-local tab-width rule-indent-offset)
  (setq-local indent-line-function #'rule-indent-line)
  (setq-local imenu-generic-expression rule-imenu-generic-expression))

;;;###autoload
(define-derived-mode rule-mode prog-mode "Rule"
  "Major mode for the rule language of rulec."
  (rule--setup)
  (setq-local font-lock-defaults '(rule-font-lock-keywords)))

;; By tree-sitter

(declare-function treesit-font-lock-rules "treesit")
(declare-function treesit-major-mode-setup "treesit")
(declare-function treesit-parser-create "treesit.c")
(declare-function treesit-ready-p "treesit")
(defvar treesit-font-lock-settings)
(defvar treesit-font-lock-feature-list)

(defconst rule-ts--queries
  '((comment
     ([(line_comment) (block_comment)] @font-lock-comment-face))
    (keyword
     (["attribute" "condition" "skill" "skill_group" "queue" "rule" "strategy" "test" "for" "on" "when" "given" "expect"
       "case" "and" "or" "not" "in" "exists"]
      @font-lock-keyword-face
      (operator ["has" "lacks" "contains" "matches" "starts_with" "ends_with"] @font-lock-keyword-face)))
    (string
     ((string) @font-lock-string-face
      (regex) @font-lock-string-face))
    (type
     ((type name: (name) @font-lock-type-face)))
    (definition
     ((attribute_declaration name: (name) @font-lock-variable-name-face)
      (condition_declaration name: (name) @font-lock-function-name-face)
      (skill_declaration name: (name) @font-lock-constant-face)
      (skill_group_declaration name: (name) @font-lock-constant-face)))
    (constant
     ([(boolean) (none) (integer) (float) (duration) (percentage)] @font-lock-constant-face
      (strategy_declaration media: (name) @font-lock-constant-face)))
    (property
     ((property name: (name) @font-lock-property-face)
      (call function: (name) @font-lock-builtin-face))))
  "Faces by feature.")

;;;###autoload
(define-derived-mode rule-ts-mode prog-mode "Rule"
  "Major mode for the rule language of rulec, by tree-sitter."
  :syntax-table rule-mode-syntax-table
  (unless (and (fboundp 'treesit-ready-p) (treesit-ready-p 'rule))
    (user-error "The tree-sitter grammar `rule' is not installed"))
  (treesit-parser-create 'rule)
  (rule--setup)
  (setq-local treesit-font-lock-settings
              (apply #'treesit-font-lock-rules
                     (apply #'append
                            (mapcar (lambda (feature)
                                      (list :language 'rule :feature (car feature) (cadr feature)))
                                    rule-ts--queries))))
  (setq-local treesit-font-lock-feature-list
              '((comment definition) (keyword string type) (constant property)))
  (treesit-major-mode-setup))

;;;###autoload
(add-to-list 'auto-mode-alist
             (cons "\\.rule\\'"
                   (if (and (fboundp 'treesit-language-available-p) (treesit-language-available-p 'rule))
                       'rule-ts-mode
                     'rule-mode)))

(defvar eglot-server-programs)
(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs '((rule-mode rule-ts-mode) . ("rulec" "lsp"))))

(provide 'rule-mode)

;;; rule-mode.el ends here
