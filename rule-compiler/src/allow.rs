//! `// rulec: allow(code-or-name, …) reason`: silences warnings on its line, or, alone on its line, on the next.

use rule_lang::format::MAX_COLUMNS;
use rule_lang::tree::Comment;
use rule_lang::{Applicability, Code, Diagnostic, Edit, Fix, Severity, Span, Tree, codes};

use crate::settings::{Level, Settings, nearest_lint};

struct Allow {
    comment: Span,
    /// Where the first name of its list may stand.
    list_start: usize,
    /// The line's bytes that it speaks of.
    line: std::ops::Range<usize>,
    /// Whether nothing else stands on its line.
    alone: bool,
    lints: Vec<Lint>,
    has_reason: bool,
}

/// The comments of a file that allow warnings, read once for however many warnings are to be allowed.
pub struct Allowances<'t> {
    tree: &'t Tree,
    allows: Vec<Allow>,
}

impl<'t> Allowances<'t> {
    /// Those of a file.
    pub(crate) fn of(tree: &'t Tree) -> Self {
        Self { tree, allows: read_all(tree) }
    }

    /// The comment that silences a warning of the file on its line, or one more name in the comment that speaks of its
    /// line already. The reason is the author's to write. None of an error, of what is said of such comments
    /// themselves, and where there is no room for a comment.
    pub fn allowing(&self, diagnostic: &Diagnostic) -> Option<Fix> {
        let code = diagnostic.code;
        if !code.is_lint() || [&codes::ALLOW_WITHOUT_EFFECT, &codes::ALLOW_WITHOUT_REASON].contains(&code) {
            return None;
        }
        let at = diagnostic.primary.span.start as usize;
        // Ordered by place, as are the lines that they speak of.
        let first = self.allows.partition_point(|allow| allow.line.end <= at);
        let edit = match self.allows.get(first).filter(|allow| allow.line.contains(&at)) {
            Some(allow) => {
                let last = allow.lints.last().map(|lint| lint.span.end as usize);
                let text = if last.is_some() { format!(", {}", code.name) } else { code.name.to_owned() };
                let at = last.unwrap_or(allow.list_start);
                Edit { span: span(diagnostic.primary.span, at, at), text }
            }
            None => new_comment(self.tree, diagnostic.primary.span, at, code)?,
        };
        Some(Fix {
            title: format!("allow `{}` on this line", code.name),
            edits: vec![edit],
            applicability: Applicability::Alternative,
        })
    }
}

/// A new comment at the end of the line of `at`, or else on a line above it.
fn new_comment(tree: &Tree, of: Span, at: usize, code: &Code) -> Option<Edit> {
    let text = &*tree.text;
    let start = text.get(..at)?.rfind('\n').map_or(0, |at| at + 1);
    let end = text.get(at..)?.find('\n').map_or(text.len(), |end| at + end);
    let line = text.get(start..end)?.trim_end();
    let end = start + line.len();
    // A line comment goes on to the end of its line.
    let takes_end = around(tree, end).is_some()
        || around(tree, end.saturating_sub(1))
            .is_some_and(|comment| comment.is_line && comment.range.end as usize >= end);
    let comment = format!("// rulec: allow({})", code.name);
    if !takes_end && line.chars().count() + 1 + comment.len() <= MAX_COLUMNS {
        return Some(Edit { span: span(of, end, end), text: format!(" {comment}") });
    }
    if around(tree, start).is_some() {
        return None;
    }
    let indent = line.get(..line.len() - line.trim_start().len())?;
    Some(Edit { span: span(of, start, start), text: format!("{indent}{comment}\n") })
}

/// The comment that a place is inside of.
fn around(tree: &Tree, at: usize) -> Option<&Comment> {
    let first = tree.comments.partition_point(|comment| comment.range.end as usize <= at);
    tree.comments.get(first).filter(|comment| (comment.range.start as usize) < at)
}

struct Lint {
    span: Span,
    code: Option<&'static Code>,
    effective: bool,
}

/// Takes out what comments silence, reports comments that silence nothing, and sets the levels of the project.
pub(crate) fn apply(tree: &Tree, settings: &Settings, diagnostics: &mut Vec<Diagnostic>) {
    let mut allows = read_all(tree);
    if !allows.is_empty() {
        diagnostics.retain(|diagnostic| !silenced(&mut allows, diagnostic));
        let has_errors = diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
        for allow in &allows {
            report(tree, allow, has_errors, diagnostics);
        }
    }
    diagnostics.retain_mut(|diagnostic| {
        if !diagnostic.code.is_lint() {
            return true;
        }
        match settings.level(diagnostic.code) {
            Level::Allow => false,
            Level::Warn => true,
            Level::Deny => {
                diagnostic.severity = Severity::Error;
                true
            }
        }
    });
}

fn silenced(allows: &mut [Allow], diagnostic: &Diagnostic) -> bool {
    if !diagnostic.code.is_lint() {
        return false;
    }
    let at = diagnostic.primary.span.start as usize;
    // Ordered by place, and a comment speaks of its own line or the next.
    let end = allows.partition_point(|allow| allow.line.start <= at);
    let mut silenced = false;
    for allow in allows.iter_mut().take(end).rev().take_while(|allow| at < allow.line.end) {
        for lint in &mut allow.lints {
            if lint.code == Some(diagnostic.code) {
                lint.effective = true;
                silenced = true;
            }
        }
    }
    silenced
}

/// All of them, in order.
fn read_all(tree: &Tree) -> Vec<Allow> {
    let whole = &*tree.text;
    let line_end = |from: usize| {
        whole.get(from..).and_then(|rest| rest.find('\n')).map_or(whole.len(), |at| from + at + 1)
    };
    let mut allows = Vec::new();
    // Several of them may stand above one line: where the next one starts, and the line that it speaks of.
    let mut below: Option<(usize, std::ops::Range<usize>)> = None;
    for comment in tree.comments.iter().rev() {
        let Some(rest) = directive(tree, comment) else { continue };
        let start = comment.range.start as usize;
        let head = whole.get(..start).unwrap_or("");
        let line_start = head.rfind('\n').map_or(0, |at| at + 1);
        let alone = head.get(line_start..).is_some_and(|before| before.trim().is_empty());
        let end = line_end(start);
        let mut line = line_start..end;
        if alone {
            line = match below {
                Some((next, line)) if next == end => line,
                _ => end..line_end(end),
            };
            below = Some((line_start, line.clone()));
        }
        allows.extend(read(tree, comment, rest, line, alone));
    }
    allows.reverse();
    allows
}

/// What a comment tells `rulec`.
fn directive<'t>(tree: &'t Tree, comment: &Comment) -> Option<&'t str> {
    let text = comment.is_line.then(|| tree.text(comment.range))?;
    Some(text.strip_prefix("//")?.trim_start().strip_prefix("rulec:")?.trim_start())
}

fn read(
    tree: &Tree,
    comment: &Comment,
    rest: &str,
    line: std::ops::Range<usize>,
    alone: bool,
) -> Option<Allow> {
    let text = tree.text(comment.range);
    let rest = rest.strip_prefix("allow")?.trim_start().strip_prefix('(')?;
    let (list, reason) = rest.split_once(')')?;
    let list_start = comment.range.start as usize + text.len() - rest.len();
    let mut lints = Vec::new();
    let mut at = list_start;
    for part in list.split(',') {
        let name = part.trim();
        if !name.is_empty() {
            let start = at + part.len() - part.trim_start().len();
            let span = span(tree.span(comment.range), start, start + name.len());
            lints.push(Lint { span, code: codes::find(name), effective: false });
        }
        at += part.len() + 1;
    }
    Some(Allow {
        comment: tree.span(comment.range),
        list_start,
        line,
        alone,
        lints,
        has_reason: !reason.trim().is_empty(),
    })
}

fn span(of: Span, start: usize, end: usize) -> Span {
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span::new(of.file, offset(start), offset(end))
}

fn report(tree: &Tree, allow: &Allow, has_errors: bool, diagnostics: &mut Vec<Diagnostic>) {
    if allow.lints.is_empty() {
        diagnostics.push(
            remove(
                tree,
                allow,
                Diagnostic::new(&codes::ALLOW_WITHOUT_EFFECT, allow.comment, "this allow names no lint"),
            )
            .help("name the lint: `// rulec: allow(unused-attribute) why`"),
        );
        return;
    }
    for lint in allow.lints.iter().filter(|lint| !lint.effective) {
        let text = tree.text(lint.span);
        let new = |message: String| Diagnostic::new(&codes::ALLOW_WITHOUT_EFFECT, lint.span, message);
        let diagnostic = match lint.code {
            None => {
                let diagnostic = new(format!("no lint is called `{text}`")).at("not a lint");
                match nearest_lint(text) {
                    Some(near) => diagnostic.help(format!("did you mean `{near}`?")).fix(
                        Applicability::Unsafe,
                        format!("replace it with `{near}`"),
                        lint.span,
                        near,
                    ),
                    None => diagnostic.help("`rulec explain` lists all of them"),
                }
            }
            Some(code) if !code.is_lint() => remove_one(
                tree,
                allow,
                lint,
                new(format!("`{text}` is an error, and errors cannot be silenced")),
            )
            .at("not a lint")
            .help("mend the error, and remove this"),
            // In a file with errors, not everything could be looked at.
            Some(_) if has_errors => continue,
            Some(_) => remove_one(tree, allow, lint, new(format!("there is no `{text}` here to silence")))
                .at("silences nothing")
                .help("it silences its own line, or the next one where it stands alone; remove it"),
        };
        diagnostics.push(diagnostic);
    }
    if !allow.has_reason {
        diagnostics.push(
            Diagnostic::new(&codes::ALLOW_WITHOUT_REASON, allow.comment, "this allow does not say why")
                .at("a reason is missing")
                .help("say why after the parenthesis: `// rulec: allow(…) filled in by the IVR`"),
        );
    }
}

fn remove_one(tree: &Tree, allow: &Allow, lint: &Lint, diagnostic: Diagnostic) -> Diagnostic {
    let at = allow.lints.iter().position(|other| other.span == lint.span).unwrap_or(0);
    if allow.lints.len() < 2 {
        return remove(tree, allow, diagnostic);
    }
    let before = at.checked_sub(1).and_then(|before| allow.lints.get(before));
    let removed = match (before, allow.lints.get(at + 1)) {
        (Some(before), _) => Span { start: before.span.end, ..lint.span },
        (None, Some(after)) => Span { end: after.span.start, ..lint.span },
        (None, None) => lint.span,
    };
    diagnostic.fix(Applicability::Safe, "remove it from the list", removed, "")
}

/// Removes the comment, with its line where nothing else stands on it, or with the space before it.
fn remove(tree: &Tree, allow: &Allow, diagnostic: Diagnostic) -> Diagnostic {
    let text = &*tree.text;
    let (start, end) = (allow.comment.start as usize, allow.comment.end as usize);
    let head = text.get(..start).unwrap_or("");
    let removed = if allow.alone {
        let from = head.rfind('\n').map_or(0, |at| at + 1);
        let to = text.get(end..).and_then(|rest| rest.find('\n')).map_or(text.len(), |at| end + at + 1);
        span(allow.comment, from, to)
    } else {
        span(allow.comment, head.trim_end_matches([' ', '\t']).len(), end)
    };
    diagnostic.fix(Applicability::Safe, "remove the comment", removed, "")
}

#[cfg(test)]
mod tests {
    use rule_lang::fix::apply;
    use rule_lang::{FileId, Source};

    use crate::{Program, Settings};

    /// The text after the first warning was allowed, which then is gone.
    fn allowed(text: &str) -> String {
        let mut program = Program::new(Settings::default());
        program.set(&Source::new(FileId(0), "a.rule", text));
        let first = program.check().into_iter().find(|one| one.code.is_lint()).cloned().unwrap();
        let fix = program.allowances(FileId(0)).unwrap().allowing(&first).unwrap();
        let new = apply(text, &fix.edits.iter().collect::<Vec<_>>()).unwrap();
        program.set(&Source::new(FileId(0), "a.rule", new.as_str()));
        let left = program.check();
        assert!(!left.iter().any(|one| one.code == first.code && one.message == first.message), "{new}");
        assert!(!left.iter().any(|one| one.code.id == "W0301"), "{new}");
        new
    }

    #[test]
    fn what_is_allowed_is_said_at_the_end_of_its_line() {
        assert_eq!(allowed("attribute a: int"), "attribute a: int // rulec: allow(unused-attribute)");
        assert_eq!(
            allowed("attribute a: int  \r\n"),
            "attribute a: int // rulec: allow(unused-attribute)  \r\n"
        );
    }

    #[test]
    fn a_comment_that_speaks_of_the_line_gets_one_more_name() {
        assert_eq!(
            allowed("attribute a: enum[\"x\", \"x\"] // rulec: allow(duplicate-list-item) so be it"),
            "attribute a: enum[\"x\", \"x\"] // rulec: allow(duplicate-list-item, unused-attribute) so be it"
        );
        assert_eq!(
            allowed("// rulec: allow(duplicate-list-item) so be it\nattribute a: enum[\"x\", \"x\"]"),
            "// rulec: allow(duplicate-list-item, unused-attribute) so be it\nattribute a: enum[\"x\", \"x\"]"
        );
        assert_eq!(
            allowed("attribute a: int // rulec: allow() x"),
            "attribute a: int // rulec: allow(unused-attribute) x"
        );
    }

    #[test]
    fn where_the_line_has_no_room_it_is_said_above() {
        assert_eq!(
            allowed("attribute a: int // of the IVR"),
            "// rulec: allow(unused-attribute)\nattribute a: int // of the IVR"
        );
        let name = "a".repeat(80);
        assert_eq!(
            allowed(&format!("  attribute {name}: int")),
            format!("  // rulec: allow(unused-attribute)\n  attribute {name}: int")
        );
    }

    #[test]
    fn however_many_warnings_there_are_each_is_allowed_where_it_stands() {
        use std::fmt::Write as _;
        // Had each to read all comments, this would not end.
        const COUNT: usize = 50_000;
        let mut text = String::new();
        for number in 0..COUNT {
            writeln!(text, "attribute a{number}: int // rulec: allow() {number}").unwrap();
        }
        let mut program = Program::new(Settings::default());
        program.set(&Source::new(FileId(0), "a.rule", text.as_str()));
        program.check();
        let allowances = program.allowances(FileId(0)).unwrap();
        let unused = program.diagnostics().filter(|one| one.code.name == "unused-attribute");
        let mut places: Vec<usize> =
            unused.map(|one| allowances.allowing(one).unwrap().edits.remove(0).span.start as usize).collect();
        assert!(places.iter().all(|at| text[..*at].ends_with("allow(")));
        places.dedup();
        assert_eq!(places.len(), COUNT);
    }

    #[test]
    fn an_error_is_not_allowed() {
        let mut program = Program::new(Settings::default());
        program.set(&Source::new(FileId(0), "a.rule", "condition c = nobody"));
        let first = program.check().into_iter().find(|one| !one.code.is_lint()).cloned().unwrap();
        assert!(program.allowances(FileId(0)).unwrap().allowing(&first).is_none());
    }
}
