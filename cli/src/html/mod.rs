//! Reports as pages for browsers: one file each, with everything in it, that loads nothing from elsewhere.

pub(crate) mod plot;

use maud::{DOCTYPE, Markup, PreEscaped, html};

/// How pages look; in light and in dark, on paper and on a phone.
const STYLE: &str = include_str!("page.css");

/// A page: what it is about, a line of what it was made from, and its sections.
pub(crate) fn page(title: &str, about: &str, sections: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                // Nothing of what a record or a rule says may run, and nothing is loaded.
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    h1 { (title) }
                    p.about { (about) }
                }
                main { (sections) }
                footer { "rulec " (env!("CARGO_PKG_VERSION")) }
            }
        }
    };
    page.into_string()
}

/// A few figures that tell the most: each its value and what it is.
pub(crate) fn figures(figures: &[(String, &str)]) -> Markup {
    html! {
        dl.figures {
            @for (value, name) in figures {
                div { dt { (name) } dd { (value) } }
            }
        }
    }
}

/// A table. Columns whose place is in `numbers` are set to the right.
pub(crate) fn table(head: &[&str], numbers: &[usize], rows: &[Vec<Markup>]) -> Markup {
    let class = |column: usize| numbers.contains(&column).then_some("number");
    html! {
        div.wide {
            table {
                thead { tr { @for (column, name) in head.iter().enumerate() { th scope="col" class=[class(column)] { (name) } } } }
                tbody {
                    @for row in rows {
                        tr { @for (column, cell) in row.iter().enumerate() { td class=[class(column)] { (cell) } } }
                    }
                }
            }
        }
    }
}

/// A text as it is, for a table.
pub(crate) fn cell(text: impl std::fmt::Display) -> Markup {
    let text = text.to_string();
    html! { (text) }
}
