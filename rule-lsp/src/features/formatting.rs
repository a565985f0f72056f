//! Formatting of a file or of a range, as edits that leave everything else where it is: only the white space and the
//! commas between what is written change, so cursors stay.

use rule_lang::tree::{Item, ItemKind};
use rule_lang::{Diagnostic, Edit, FileId, Source, Span, TextRange, Tree, format, parse};

/// What formats a file; nothing where it has syntax errors, as `rulec fmt` leaves it then.
pub(crate) fn document(source: &Source) -> Vec<Edit> {
    match format::format_source(source) {
        Ok(new) => edits(source.id(), source.text(), &new, 0),
        Err(_) => Vec::new(),
    }
}

/// What formats the declarations that a range touches, as formatting the whole file would. Where the file has syntax
/// errors, the declarations without any.
pub(crate) fn range(source: &Source, start: u32, end: u32) -> Vec<Edit> {
    let (tree, diagnostics) = parse(source);
    let touches = |item: &Item| item.range.start <= end && start <= item.range.end;
    if !diagnostics.is_empty() {
        let sound = tree.items.iter().filter(|item| touches(item) && is_sound(item, &diagnostics));
        return sound.flat_map(|item| alone(source, &tree, item)).collect();
    }
    let all = document(source);
    if tree.items.iter().all(touches) {
        return all;
    }
    let mut kept: Vec<TextRange> = Vec::new();
    let mut before = 0;
    for item in &tree.items {
        if touches(item) {
            kept.push(TextRange { start: before, ..item.range });
        }
        before = item.range.end;
    }
    // What stands before a declaration goes with it.
    let is_kept = |edit: &Edit| {
        let holds = |range: &TextRange| {
            range.start <= edit.span.start && edit.span.end <= range.end && edit.span.start < range.end
        };
        kept.iter().any(holds)
    };
    all.into_iter().filter(is_kept).collect()
}

fn is_sound(item: &Item, diagnostics: &[Diagnostic]) -> bool {
    let inside = |one: &Diagnostic| {
        one.primary.span.start <= item.range.end && item.range.start <= one.primary.span.end
    };
    !matches!(item.kind, ItemKind::Broken { .. }) && !diagnostics.iter().any(inside)
}

/// What formats one declaration by itself, with what stands before it on its first line.
fn alone(source: &Source, tree: &Tree, item: &Item) -> Vec<Edit> {
    let text = source.text();
    let mut start = item.range.start as usize;
    for comment in tree.comments.iter().rev().filter(|comment| comment.range.end <= item.range.start) {
        let between = text.get(comment.range.end as usize..start).unwrap_or("\n");
        if !between.trim().is_empty() || between.contains('\n') {
            break;
        }
        start = comment.range.start as usize;
    }
    let head = text.get(..start).unwrap_or("");
    let line = head.rfind('\n').map_or(0, |at| at + 1);
    if head.get(line..).is_some_and(|before| before.trim().is_empty()) {
        start = line;
    }
    let slice = text.get(start..item.range.end as usize).unwrap_or("");
    match format::format_source(&Source::new(source.id(), "", slice)) {
        Ok(new) => {
            // A part of a file ends its lines as the file does.
            let new = format::with_line_end(new.trim_end(), format::line_end(text));
            edits(source.id(), slice, &new, u32::try_from(start).unwrap_or(u32::MAX))
        }
        Err(_) => Vec::new(),
    }
}

/// The edits that make a text its formatted form, where the two differ in white space and commas only; else one edit
/// of all that differs. They are of a text that starts at `base`.
fn edits(file: FileId, old: &str, new: &str, base: u32) -> Vec<Edit> {
    // A byte order mark is none of the text, and stays.
    let mark = if old.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut found = Changes { file, base, old, new, edits: Vec::new() };
    if found.gaps(mark).is_none() {
        found.edits.clear();
        found.change((mark, old.len()), (0, new.len()));
    }
    found.edits
}

struct Changes<'t> {
    file: FileId,
    base: u32,
    old: &'t str,
    new: &'t str,
    edits: Vec<Edit>,
}

impl Changes<'_> {
    /// Steps through both texts from gap to gap; nothing where what is between the gaps differs.
    fn gaps(&mut self, mut at: usize) -> Option<()> {
        let mut new_at = 0;
        loop {
            let (rest, new_rest) = (self.old.get(at..)?, self.new.get(new_at..)?);
            let (gap, new_gap) = (gap(rest), gap(new_rest));
            if rest.get(..gap) != new_rest.get(..new_gap) {
                self.change((at, at + gap), (new_at, new_at + new_gap));
            }
            let next = rest.get(gap..)?.chars().next();
            if next != new_rest.get(new_gap..)?.chars().next() {
                return None;
            }
            let Some(next) = next else { return Some(()) };
            at += gap + next.len_utf8();
            new_at += new_gap + next.len_utf8();
        }
    }

    /// Puts one range in the place of another, as far as they differ.
    fn change(&mut self, (mut from, mut to): (usize, usize), (mut new_from, mut new_to): (usize, usize)) {
        let (old, new) = (self.old.as_bytes(), self.new.as_bytes());
        while from < to && new_from < new_to && old.get(from) == new.get(new_from) {
            (from, new_from) = (from + 1, new_from + 1);
        }
        while from < to && new_from < new_to && old.get(to - 1) == new.get(new_to - 1) {
            (to, new_to) = (to - 1, new_to - 1);
        }
        // No edit ends inside of a character, or between the two that end a line.
        let is_inside = |text: &str, at: usize| {
            !text.is_char_boundary(at)
                || text.as_bytes().get(at) == Some(&b'\n')
                    && text.get(..at).is_some_and(|head| head.ends_with('\r'))
        };
        while is_inside(self.old, from) || is_inside(self.new, new_from) {
            (from, new_from) = (from - 1, new_from - 1);
        }
        while is_inside(self.old, to) || is_inside(self.new, new_to) {
            (to, new_to) = (to + 1, new_to + 1);
        }
        if from < to || new_from < new_to {
            let offset = |at: usize| self.base + u32::try_from(at).unwrap_or(u32::MAX);
            let text = self.new.get(new_from..new_to).unwrap_or("").to_owned();
            self.edits.push(Edit { span: Span::new(self.file, offset(from), offset(to)), text });
        }
    }
}

fn is_gap(character: char) -> bool {
    character == ',' || character.is_ascii_whitespace()
}

/// How long the white space and commas are that a text starts with.
fn gap(text: &str) -> usize {
    text.len() - text.trim_start_matches(is_gap).len()
}

#[cfg(test)]
mod tests {
    use rule_lang::fix::apply;

    use super::*;

    const UGLY: &str = "attribute   a:int\nskill x\n\n\n\nrule \"r\"   {queue:\"q\",when a==1\n   and b}\n";

    fn source(text: &str) -> Source {
        Source::new(FileId(0), "a.rule", text)
    }

    fn applied(text: &str, edits: &[Edit]) -> String {
        apply(text, &edits.iter().collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn a_file_is_formatted_by_edits_of_white_space_and_commas() {
        let edits = document(&source(UGLY));
        assert!(edits.len() > 5);
        assert!(edits.iter().all(|edit| edit.text.chars().all(is_gap)));
        assert_eq!(applied(UGLY, &edits), format::format_source(&source(UGLY)).unwrap());
        assert!(document(&source(&applied(UGLY, &edits))).is_empty());
    }

    #[test]
    fn line_ends_stay_what_they_are() {
        let text = UGLY.replace('\n', "\r\n");
        let formatted = format::format_source(&source(UGLY)).unwrap().replace('\n', "\r\n");
        assert_eq!(applied(&text, &document(&source(&text))), formatted);
        let text = "skill a\r\n\r\n\r\n\r\nskill b\r\n";
        assert_eq!(applied(text, &document(&source(text))), "skill a\r\n\r\nskill b\r\n");
        // Of a part, too, that has only one line.
        let (one, other) = ("a".repeat(60), "b".repeat(60));
        let text = format!("skill a\r\ncondition c = {one} and {other}\r\nrule \"x\" {{");
        assert_eq!(
            applied(&text, &range(&source(&text), 12, 12)),
            format!("skill a\r\ncondition c = {one}\r\n  and {other}\r\nrule \"x\" {{")
        );
    }

    #[test]
    fn a_file_with_a_syntax_error_stays_but_for_sound_declarations_of_a_range() {
        let text = format!("{UGLY}rule \"x\"   {{ when and   }}\n  skill   y\n");
        assert!(document(&source(&text)).is_empty());
        let whole = applied(&text, &range(&source(&text), 0, u32::MAX));
        assert_eq!(
            whole,
            "attribute a: int\nskill x\n\n\n\nrule \"r\" {\n  queue: \"q\"\n  when a == 1\n    and b\n}\n\
             rule \"x\"   { when and   }\nskill y\n"
        );
    }

    #[test]
    fn a_range_formats_the_declarations_that_it_touches() {
        let at = u32::try_from(UGLY.find("x\n").unwrap()).unwrap();
        assert!(range(&source(UGLY), at, at).iter().all(|edit| edit.span.end <= at + 1));
        let text = "attribute   a:int\n\n  skill   x\nskill   y";
        let at = u32::try_from(text.find('x').unwrap()).unwrap();
        assert_eq!(applied(text, &range(&source(text), at, at)), "attribute   a:int\n\nskill x\nskill   y");
    }

    #[test]
    fn a_declaration_by_itself_is_formatted_as_in_its_file() {
        let text = "/* a\n b */   skill   s{name:\"x\" // why\n}\nqueue   \"q\"   // c\n\n\n/* c */rule \"r\"{queue:\"q\"\n when a\n}";
        let whole = format::format_source(&source(text)).unwrap();
        let broken = format!("{text}\n\nrule \"x\" {{");
        for item in parse(&source(text)).0.items {
            let new = applied(&broken, &range(&source(&broken), item.range.start, item.range.start));
            let from = parse(&source(&new)).0;
            let same =
                from.items.iter().find(|one| one.range.start >= item.range.start.saturating_sub(3)).unwrap();
            assert!(whole.contains(from.text(same.range)), "{}\n--\n{whole}", from.text(same.range));
        }
    }
}
