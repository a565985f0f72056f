//! From one token to the next.

use rule_compiler::schema::{self, BlockKind, Takes};
use rule_lang::tree::Keyword;

use super::{Expects, Frame, Reader, Role, Wanted, starts_line};
use crate::features::tokens::{Token, TokenKind};

impl<'t> Reader<'t> {
    /// Reads a token that is no comment; `next` is the one after it.
    pub(crate) fn feed(&mut self, token: &Token<'t>, next: Option<&Token<'t>>) -> Role {
        let is_item = token.kind == TokenKind::Word
            && (self.frames.is_empty() || starts_line(self.text, token.start))
            && self.items.binary_search_by_key(&token.start, |item| item.range.start).is_ok();
        if is_item {
            self.frames.clear();
            self.expects = Expects::Item;
        }
        match token.kind {
            TokenKind::Sign => self.sign(token.text),
            TokenKind::Word => self.word(token.text, next),
            _ => self.literal(token),
        }
    }

    fn item(&mut self, word: &str) -> Role {
        let Some(keyword) = Keyword::from_text(word) else { return Role::Unknown };
        self.keyword = Some(keyword);
        self.expects = if keyword == Keyword::Strategy { Expects::For } else { Expects::Name(keyword) };
        Role::Keyword
    }

    fn go(&mut self, expects: Expects<'t>, role: Role) -> Role {
        self.expects = expects;
        role
    }

    /// An entry may follow; in a block without a separator on a line of its own.
    fn ended(&mut self, role: Role) -> Role {
        self.go(Expects::Entry { is_separated: false }, role)
    }

    fn word(&mut self, word: &'t str, next: Option<&Token<'t>>) -> Role {
        let in_block = self.may_end();
        if in_block
            && !matches!(self.expects, Expects::Entry { .. } | Expects::Value(_))
            && is_entry(word, next)
        {
            return self.entry(word, next);
        }
        match self.expects {
            Expects::Item => self.item(word),
            Expects::Name(keyword) => self.declared(keyword, word),
            Expects::Defined(Keyword::Condition) | Expects::Operand => self.operand(word),
            Expects::Defined(_) | Expects::Type => self.go(Expects::AfterType, Role::Type),
            Expects::For => match word {
                "for" => self.go(Expects::StrategyQueue, Role::Keyword),
                _ => Role::Unknown,
            },
            Expects::On | Expects::StrategyQueue => match word {
                "on" => self.go(Expects::Media, Role::Keyword),
                _ => Role::Unknown,
            },
            Expects::Media => self.go(Expects::Block(BlockKind::Item(Keyword::Strategy)), Role::Choice),
            Expects::Entry { .. } => self.entry(word, next),
            Expects::Colon(wanted) | Expects::Value(wanted) => self.value_word(word, wanted, next),
            Expects::ThresholdOperator(takes) => self.go(Expects::Amount(takes), Role::Operator),
            Expects::Amount(takes) => self.amount(takes, Role::Unknown),
            Expects::Action => self.go(Expects::Target(word), Role::Choice),
            Expects::Expect(queue) => match word {
                "none" => self.ended(Role::Keyword),
                "queue" if queue.is_none() => self.go(Expects::ExpectQueue, Role::Keyword),
                _ => self.ended(Role::Unknown),
            },
            Expects::ExpectArrow(_) | Expects::ActionArrow | Expects::Target(_) | Expects::GivenBlock
                if in_block =>
            {
                self.entry(word, next)
            }
            Expects::Operator(name) => self.operator(word, name, next),
            Expects::Negated(attribute) => match word.to_ascii_lowercase().as_str() {
                "exists" => self.go(Expects::Logic, Role::Operator),
                "in" => self.compared(attribute, "not in"),
                _ => self.go(Expects::Logic, Role::Unknown),
            },
            Expects::Logic => self.logic(word, next),
            Expects::AfterType | Expects::Block(_) if self.frames.is_empty() => self.item(word),
            Expects::AfterListed => match self.frames.last() {
                Some(Frame::List(wanted)) => self.value_word(word, *wanted, next),
                _ => Role::Unknown,
            },
            _ => Role::Unknown,
        }
    }

    fn declared(&mut self, keyword: Keyword, name: &'t str) -> Role {
        self.declared = name;
        let expects = match keyword {
            Keyword::Attribute | Keyword::Condition => Expects::Defined(keyword),
            other => Expects::Block(BlockKind::Item(other)),
        };
        self.go(expects, Role::Declared(keyword))
    }

    /// The first word of an entry.
    fn entry(&mut self, word: &'t str, next: Option<&Token<'t>>) -> Role {
        let has_colon = next.is_some_and(|next| next.text == ":");
        match self.frames.last_mut() {
            Some(Frame::Given { seen }) => {
                seen.push(word);
                self.go(Expects::Colon(Wanted::Given(word)), Role::Name)
            }
            Some(Frame::Block { block, seen }) => {
                let block = *block;
                seen.push(word);
                let found = schema::properties(block).iter().find(|one| one.name == word);
                match found.map(|found| found.takes) {
                    Some(Takes::When) if !has_colon => self.go(Expects::Operand, Role::Keyword),
                    Some(Takes::Given) if !has_colon => self.go(Expects::GivenBlock, Role::Keyword),
                    Some(Takes::Expect) if !has_colon => self.go(Expects::Expect(None), Role::Keyword),
                    Some(Takes::Case) if !has_colon => self.go(Expects::Label, Role::Keyword),
                    Some(takes) => self.go(Expects::Colon(Wanted::Property(takes)), Role::Property(block)),
                    None if has_colon => self.go(Expects::Colon(Wanted::Unknown), Role::Unknown),
                    None => {
                        seen_no_more(&mut self.frames);
                        self.ended(Role::Unknown)
                    }
                }
            }
            _ => Role::Unknown,
        }
    }

    /// What follows a value.
    fn after(&mut self, wanted: Wanted<'t>, role: Role) -> Role {
        let expects = match (self.frames.last(), wanted) {
            (Some(Frame::List(_) | Frame::Call), _) => Expects::AfterListed,
            (_, Wanted::Compared { .. }) => Expects::Logic,
            (_, Wanted::EnumValues) => Expects::AfterType,
            _ => Expects::Entry { is_separated: false },
        };
        self.go(expects, role)
    }

    fn value_word(&mut self, word: &'t str, wanted: Wanted<'t>, next: Option<&Token<'t>>) -> Role {
        let is_call = next.is_some_and(|next| next.text == "(");
        if matches!(word, "true" | "false") {
            return self.after(wanted, Role::Literal);
        }
        match wanted {
            Wanted::Property(takes @ (Takes::Overflow | Takes::Guard)) => {
                self.go(Expects::ThresholdOperator(takes), Role::Choice)
            }
            Wanted::Property(Takes::Queue) if is_call => self.go(Expects::Target(""), Role::Keyword),
            Wanted::Property(Takes::FormerRule) if word == "queue" => {
                self.go(Expects::Value(Wanted::Property(Takes::Queue)), Role::Keyword)
            }
            // The value of the property above is missing.
            _ if self.may_end() && is_entry(word, next) => self.entry(word, next),
            _ => {
                let role = role_of(wanted, false);
                self.after(wanted, role)
            }
        }
    }

    fn amount(&mut self, takes: Takes, role: Role) -> Role {
        match takes {
            Takes::Overflow => self.go(Expects::ActionArrow, role),
            _ => self.ended(role),
        }
    }

    fn operand(&mut self, word: &'t str) -> Role {
        match word.to_ascii_lowercase().as_str() {
            "not" | "and" | "or" => self.go(Expects::Operand, Role::Operator),
            "true" | "false" => self.go(Expects::Logic, Role::Literal),
            _ => self.go(Expects::Operator(word), Role::Name),
        }
    }

    fn compared(&mut self, attribute: &'t str, operator: &'t str) -> Role {
        self.go(Expects::Value(Wanted::Compared { attribute, operator }), Role::Operator)
    }

    fn operator(&mut self, word: &'t str, name: &'t str, next: Option<&Token<'t>>) -> Role {
        match word.to_ascii_lowercase().as_str() {
            "has" | "lacks" | "contains" | "matches" | "starts_with" | "ends_with" | "in" => {
                self.compared(name, word)
            }
            "exists" => self.go(Expects::Logic, Role::Operator),
            "not" => self.go(Expects::Negated(name), Role::Operator),
            _ => self.logic(word, next),
        }
    }

    fn logic(&mut self, word: &'t str, next: Option<&Token<'t>>) -> Role {
        match word.to_ascii_lowercase().as_str() {
            "and" | "or" | "not" => self.go(Expects::Operand, Role::Operator),
            _ if self.frames.is_empty() && Keyword::from_text(word).is_some() => self.item(word),
            _ if self.may_end() && self.is_property(word) => self.entry(word, next),
            _ => self.go(Expects::Logic, Role::Unknown),
        }
    }

    fn is_property(&self, word: &str) -> bool {
        let block = self.block().and_then(|(block, _)| block);
        block.is_some_and(|block| schema::properties(block).iter().any(|one| one.name == word))
    }

    fn literal(&mut self, token: &Token<'t>) -> Role {
        let is_text = token.kind == TokenKind::Text;
        match self.expects {
            Expects::Name(keyword) if is_text => self.declared(keyword, token.text),
            Expects::For | Expects::StrategyQueue if is_text => self.go(Expects::On, Role::Queue),
            Expects::Colon(wanted) | Expects::Value(wanted) => {
                let role = if is_text { role_of(wanted, true) } else { Role::Literal };
                self.after(wanted, role)
            }
            Expects::AfterListed => match self.frames.last() {
                Some(Frame::List(wanted)) if is_text => role_of(*wanted, true),
                _ => Role::Literal,
            },
            Expects::ThresholdOperator(takes) | Expects::Amount(takes) => self.amount(takes, Role::Literal),
            Expects::Expect(_) if is_text => self.ended(Role::Rule),
            Expects::ExpectQueue if is_text => self.go(Expects::ExpectArrow(token.text), Role::Queue),
            Expects::Label if is_text => self.go(Expects::Block(BlockKind::Case), Role::Label),
            Expects::Operand | Expects::Operator(_) | Expects::Negated(_) => {
                self.go(Expects::Logic, Role::Literal)
            }
            _ => Role::Literal,
        }
    }

    fn sign(&mut self, sign: &'t str) -> Role {
        match sign {
            "{" => self.open_block(),
            "}" => {
                while let Some(frame) = self.frames.pop() {
                    if matches!(frame, Frame::Block { .. } | Frame::Given { .. } | Frame::Unknown) {
                        break;
                    }
                }
                self.expects = if self.frames.is_empty() {
                    Expects::Item
                } else {
                    Expects::Entry { is_separated: false }
                };
            }
            "[" => {
                let wanted = match self.expects {
                    Expects::Value(wanted) | Expects::Colon(wanted) => wanted,
                    Expects::AfterType => Wanted::EnumValues,
                    _ => Wanted::Unknown,
                };
                self.frames.push(Frame::List(wanted));
                self.expects = Expects::Value(wanted);
            }
            "(" => {
                let (frame, expects) = match self.expects {
                    Expects::Target(action) => (Frame::Call, Expects::Value(target_of(action))),
                    Expects::Operand | Expects::Defined(_) | Expects::Logic | Expects::Operator(_) => {
                        (Frame::Group, Expects::Operand)
                    }
                    _ => (Frame::Call, Expects::Value(Wanted::Unknown)),
                };
                self.frames.push(frame);
                self.expects = expects;
            }
            "]" | ")" => self.close(),
            "," => self.comma(),
            _ => return self.operator_sign(sign),
        }
        Role::Punctuation
    }

    fn open_block(&mut self) {
        let (frame, expects) = match (self.expects, self.keyword) {
            (Expects::Block(block), _) => {
                (Frame::Block { block, seen: Vec::new() }, Expects::Entry { is_separated: true })
            }
            (Expects::AfterType | Expects::Name(_), Some(keyword)) => {
                let block = BlockKind::Item(keyword);
                (Frame::Block { block, seen: Vec::new() }, Expects::Entry { is_separated: true })
            }
            (Expects::On | Expects::Media | Expects::StrategyQueue | Expects::For, _) => {
                let block = BlockKind::Item(Keyword::Strategy);
                (Frame::Block { block, seen: Vec::new() }, Expects::Entry { is_separated: true })
            }
            (Expects::Label, _) => (
                Frame::Block { block: BlockKind::Case, seen: Vec::new() },
                Expects::Entry { is_separated: true },
            ),
            (Expects::GivenBlock, _) => {
                (Frame::Given { seen: Vec::new() }, Expects::Entry { is_separated: true })
            }
            _ => (Frame::Unknown, Expects::Unknown),
        };
        self.frames.push(frame);
        self.expects = expects;
    }

    /// Closes the innermost bracket that is no block.
    fn close(&mut self) {
        match self.frames.last() {
            Some(Frame::List(wanted)) => {
                let wanted = *wanted;
                self.frames.pop();
                self.after(wanted, Role::Punctuation);
            }
            Some(Frame::Group) => {
                self.frames.pop();
                self.expects = Expects::Logic;
            }
            Some(Frame::Call) => {
                self.frames.pop();
                self.expects = Expects::Entry { is_separated: false };
            }
            _ => {}
        }
    }

    fn comma(&mut self) {
        match self.frames.last() {
            Some(Frame::Block { .. } | Frame::Given { .. }) => {
                self.expects = Expects::Entry { is_separated: true };
            }
            Some(Frame::List(wanted)) => self.expects = Expects::Value(*wanted),
            _ => {}
        }
    }

    fn operator_sign(&mut self, sign: &'t str) -> Role {
        match (sign, self.expects) {
            ("&&" | "||" | "&" | "|", Expects::Logic | Expects::Operator(_)) => {
                self.go(Expects::Operand, Role::Operator)
            }
            (_, Expects::Colon(wanted)) => self.go(Expects::Value(wanted), Role::Punctuation),
            (_, Expects::Defined(Keyword::Condition)) => self.go(Expects::Operand, Role::Operator),
            (_, Expects::Defined(_)) => self.go(Expects::Type, Role::Punctuation),
            ("->", Expects::ActionArrow) => self.go(Expects::Action, Role::Operator),
            ("->", Expects::ExpectArrow(queue)) => self.go(Expects::Expect(Some(queue)), Role::Operator),
            (_, Expects::ThresholdOperator(takes)) => self.go(Expects::Amount(takes), Role::Operator),
            (":" | "->" | "." | ";", _) => Role::Punctuation,
            (_, Expects::Operator(name) | Expects::Negated(name)) => self.compared(name, sign),
            _ => Role::Operator,
        }
    }
}

/// Takes back the last name of the innermost block: it was none.
fn seen_no_more(frames: &mut [Frame<'_>]) {
    if let Some(Frame::Block { seen, .. }) = frames.last_mut() {
        seen.pop();
    }
}

/// Whether a word starts an entry, wherever it stands in a block.
fn is_entry(word: &str, next: Option<&Token<'_>>) -> bool {
    next.is_some_and(|next| match next.text {
        ":" => true,
        "{" => word == "given",
        _ => word == "case" && next.kind == TokenKind::Text || word == "expect" && next.text != "(",
    })
}

/// What the target of an action is.
fn target_of(action: &str) -> Wanted<'static> {
    match action {
        "route_to_next_queue" => Wanted::Property(Takes::Queue),
        "add_skill_to_interaction" => Wanted::Property(Takes::Skills),
        _ => Wanted::Unknown,
    }
}

/// What a value in such a place is.
fn role_of(wanted: Wanted<'_>, is_text: bool) -> Role {
    match wanted {
        Wanted::Property(Takes::Skills) | Wanted::Given("skill") => Role::Skill,
        Wanted::Compared { attribute: "skill", operator } if !operator.starts_with(['=', '!']) => Role::Skill,
        Wanted::Property(Takes::SkillGroup) => Role::SkillGroup,
        Wanted::Property(Takes::Queue) if is_text => Role::Queue,
        Wanted::Property(Takes::Word(_)) => Role::Choice,
        Wanted::EnumValues => Role::EnumValue,
        _ if is_text => Role::Literal,
        _ => Role::Unknown,
    }
}
