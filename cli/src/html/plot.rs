//! Plots, drawn as SVG. Colours are those of the page, so that they follow light and dark.

use maud::{Markup, html};

/// How many colours there are for series; those after that share one.
const COLORS: usize = 7;

/// The colour of a series.
fn color(series: usize) -> String {
    if series < COLORS { format!("var(--s{series})") } else { "var(--none)".to_owned() }
}

/// One bar of a list: its name, the whole, and the part of it that stands out.
#[derive(Debug, Clone)]
pub(crate) struct Bar {
    /// What it is.
    pub(crate) name: String,
    /// How long it is.
    pub(crate) whole: f64,
    /// How much of that stands out, from its start.
    pub(crate) part: f64,
    /// What is written behind it.
    pub(crate) says: String,
}

/// Bars below each other, on one scale.
pub(crate) fn bars(title: &str, bars: &[Bar]) -> Markup {
    const ROW: f64 = 24.0;
    const WIDTH: f64 = 960.0;
    const NAMES: f64 = 300.0;
    const SAYS: f64 = 150.0;
    let longest = bars.iter().map(|bar| bar.whole).fold(0.0, f64::max);
    let length = |value: f64| if longest > 0.0 { value / longest * (WIDTH - NAMES - SAYS) } else { 0.0 };
    let height = ROW * small(bars.len());
    html! {
        figure {
            figcaption { (title) }
            svg viewBox=(format!("0 0 {WIDTH} {height:.0}")) role="img" aria-label=(title) {
                @for (place, bar) in bars.iter().enumerate() {
                    @let y = ROW * small(place);
                    g {
                        title { (bar.name) ": " (bar.says) }
                        text x=(NAMES - 10.0) y=(y + 16.0) text-anchor="end" { (shortened(&bar.name, 44)) }
                        rect x=(NAMES) y=(y + 4.0) width=(at(length(bar.whole))) height="16" rx="2" fill="var(--s0)" opacity="0.3" {}
                        rect x=(NAMES) y=(y + 4.0) width=(at(length(bar.part))) height="16" rx="2" fill="var(--s0)" {}
                        text.axis x=(at(NAMES + length(bar.whole) + 6.0)) y=(y + 16.0) { (bar.says) }
                    }
                }
            }
        }
    }
}

/// Values of one thing along an axis.
#[derive(Debug, Clone)]
pub(crate) struct Series {
    /// What it is.
    pub(crate) name: String,
    /// A value for each place of the axis; one without any is not drawn, and keeps its colour.
    pub(crate) values: Vec<f64>,
}

/// How series share a plot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// On top of each other.
    Stacked,
    /// Each from the bottom.
    Lines,
}

/// Series along an axis, whose places have these names.
pub(crate) fn series(title: &str, kind: Kind, places: &[String], series: &[Series]) -> Markup {
    const WIDTH: f64 = 960.0;
    const HEIGHT: f64 = 260.0;
    const LEFT: f64 = 56.0;
    const BOTTOM: f64 = 24.0;
    let total = |place: usize| -> f64 { series.iter().filter_map(|one| one.values.get(place)).sum() };
    let values = series.iter().flat_map(|one| one.values.iter().copied());
    let top = match kind {
        Kind::Stacked => (0..places.len()).map(total).fold(0.0, f64::max),
        Kind::Lines => values.filter(|value| value.is_finite()).fold(0.0, f64::max),
    };
    let step = round_step(top / 4.0);
    let top = (top / step).ceil().max(1.0) * step;
    let x = |place: usize| {
        LEFT + (WIDTH - LEFT - 8.0)
            * if places.len() > 1 { small(place) / small(places.len() - 1) } else { 0.5 }
    };
    let y = |value: f64| (HEIGHT - BOTTOM) * (1.0 - value / top) + 6.0;
    let lines = (0..=4).map(|line| f64::from(line) * step).take_while(|value| *value <= top * 1.001);
    let labels = shown_places(places.len());
    html! {
        figure {
            figcaption { (title) }
            svg viewBox=(format!("0 0 {WIDTH} {:.0}", HEIGHT + 10.0)) role="img" aria-label=(title) {
                @for value in lines {
                    line.grid x1=(LEFT) x2=(WIDTH - 8.0) y1=(at(y(value))) y2=(at(y(value))) {}
                    text.axis x=(LEFT - 8.0) y=(at(y(value) + 4.0)) text-anchor="end" { (short_number(value)) }
                }
                @for place in labels {
                    text.axis x=(at(x(place))) y=(HEIGHT + 4.0) text-anchor=(anchor(place, places.len())) { (places.get(place).map_or("", String::as_str)) }
                }
                @match kind {
                    Kind::Stacked => {
                        @let mut below = vec![0.0; places.len()];
                        @for (index, one) in series.iter().enumerate() {
                            @let above: Vec<f64> = below.iter().zip(&one.values).map(|(below, value)| below + value).collect();
                            @if !one.values.is_empty() {
                                path d=(area(&below, &above, &x, &y)) fill=(color(index)) opacity="0.85" { title { (one.name) } }
                                ({ below = above; "" })
                            }
                        }
                    }
                    Kind::Lines => {
                        @for (index, one) in series.iter().enumerate() {
                            path d=(path(&one.values, &x, &y)) fill="none" stroke=(color(index)) stroke-width="2" stroke-linejoin="round" { title { (one.name) } }
                        }
                    }
                }
            }
            ul.legend {
                @for (index, one) in series.iter().enumerate().filter(|(_, one)| !one.values.is_empty()) {
                    li { span style=(format!("background:{}", color(index))) {} (one.name) }
                }
            }
        }
    }
}

/// A line through values; where one is no number, it is broken.
fn path(values: &[f64], x: &dyn Fn(usize) -> f64, y: &dyn Fn(f64) -> f64) -> String {
    let mut is_open = false;
    let points = values.iter().enumerate().filter_map(|(place, value)| {
        let word = if is_open { 'L' } else { 'M' };
        is_open = value.is_finite();
        is_open.then(|| format!("{word}{} {}", at(x(place)), at(y(*value))))
    });
    points.collect()
}

/// What lies between two lines.
fn area(below: &[f64], above: &[f64], x: &dyn Fn(usize) -> f64, y: &dyn Fn(f64) -> f64) -> String {
    let there = above.iter().enumerate().map(|(place, value)| format!("{} {}", at(x(place)), at(y(*value))));
    let back =
        below.iter().enumerate().rev().map(|(place, value)| format!("{} {}", at(x(place)), at(y(*value))));
    let points: Vec<String> = there.chain(back).collect();
    if points.is_empty() { String::new() } else { format!("M{}Z", points.join("L")) }
}

/// A place on the paper.
fn at(value: f64) -> String {
    format!("{value:.1}")
}

#[expect(clippy::cast_precision_loss, reason = "nobody draws so many")]
fn small(count: usize) -> f64 {
    count as f64
}

/// The places whose names are written: at most eight.
fn shown_places(count: usize) -> Vec<usize> {
    let step = count.div_ceil(8).max(1);
    (0..count).step_by(step).collect()
}

fn anchor(place: usize, count: usize) -> &'static str {
    match place {
        0 if count > 1 => "start",
        last if last + 1 == count && count > 1 => "end",
        _ => "middle",
    }
}

/// The round number, 1, 2 or 5 and zeros, that is no less than this.
fn round_step(least: f64) -> f64 {
    if !least.is_finite() || least <= 0.0 {
        return 1.0;
    }
    let power = 10_f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|one| one * power)
        .find(|step| *step >= least * 0.999)
        .unwrap_or(power)
}

/// A number as short as an axis wants it.
fn short_number(value: f64) -> String {
    let (scaled, unit) = match value {
        big if big >= 1e9 => (value / 1e9, "G"),
        big if big >= 1e6 => (value / 1e6, "M"),
        big if big >= 1e4 => (value / 1e3, "k"),
        _ => (value, ""),
    };
    let digits = if scaled.fract().abs() < 1e-9 {
        0
    } else if scaled < 1.0 {
        2
    } else {
        1
    };
    format!("{scaled:.digits$}{unit}")
}

/// A text of at most so many characters.
fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_have_round_steps() {
        let steps = [0.0, 0.3, 1.0, 7.0, 24.0, 1300.0].map(round_step).map(|step| step.to_string());
        assert_eq!(steps, ["1", "0.5", "1", "10", "50", "2000"]);
        assert_eq!(
            [0.0, 0.25, 500.0, 12_000.0, 2.5e6].map(short_number),
            ["0", "0.25", "500", "12k", "2.5M"]
        );
    }

    #[test]
    fn names_cannot_leave_their_place() {
        let bar = Bar {
            name: "<script>alert(1)</script>".to_owned(),
            whole: 1.0,
            part: 1.0,
            says: "\"1\"".to_owned(),
        };
        let drawn = bars("a & b", &[bar]).into_string();
        assert!(
            !drawn.contains("<script>") && drawn.contains("&lt;script&gt;") && drawn.contains("a &amp; b")
        );
    }

    #[test]
    fn nothing_is_drawn_without_values_and_nothing_breaks() {
        for kind in [Kind::Stacked, Kind::Lines] {
            let drawn = series("x", kind, &[], &[]).into_string();
            assert!(!drawn.contains("NaN") && !drawn.contains("inf"), "{drawn}");
            let one = Series { name: "a".to_owned(), values: vec![f64::NAN] };
            let drawn = series("x", kind, &["now".to_owned()], &[one]).into_string();
            assert!(!drawn.contains("inf"), "{drawn}");
        }
    }
}
