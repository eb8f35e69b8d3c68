//! Plots over seconds as SVG: panels one above the other, and a legend.

mod axis;
mod theme;

pub use self::axis::Axis;
use self::theme::Paint;
pub use self::theme::Theme;
use std::fmt::Write;
use std::ops::Range;

/// What all panels of a plot share.
///
/// ```
/// use retry_lab::chart::{Axis, Chart, Panel, Theme};
///
/// let chart = Chart {
///     title: "A service stalls",
///     seconds: 0..3,
///     shaded: vec![(1.0..2.0, "outage".to_owned())],
///     labels: vec!["no retries".to_owned()],
///     stressed: 0,
/// };
/// let load = Panel {
///     title: "Load",
///     axis: Axis::times(1.5),
///     lines: vec![vec![Some(1.0), None, Some(1.2)]],
/// };
/// let svg = chart.picture(&[load], Theme::Paper);
/// assert!(svg.starts_with("<svg") && svg.contains("no retries"));
/// ```
#[derive(Clone, Debug)]
pub struct Chart<'a> {
    /// What stands above it.
    pub title: &'a str,
    /// The seconds that are shown.
    pub seconds: Range<usize>,
    /// The seconds that are shaded, and what they are.
    pub shaded: Vec<(Range<f64>, String)>,
    /// What the lines are called.
    pub labels: Vec<String>,
    /// Which line is drawn over the others, and thicker.
    pub stressed: usize,
}

/// One of its panels.
#[derive(Clone, Debug)]
pub struct Panel<'a> {
    /// What it shows.
    pub title: &'a str,
    /// The vertical axis.
    pub axis: Axis,
    /// A value a second, a line each, in the order of the labels; none is a gap.
    pub lines: Vec<Vec<Option<f64>>>,
}

/// A line that has a value in every second.
///
/// ```
/// assert_eq!(retry_lab::chart::whole(vec![1.0, 2.0]), [Some(1.0), Some(2.0)]);
/// ```
#[must_use]
pub fn whole(line: Vec<f64>) -> Vec<Option<f64>> {
    line.into_iter().map(Some).collect()
}

const WIDTH: f64 = 800.0;
const LEFT: f64 = 62.0;
const RIGHT: f64 = 14.0;
/// Above each panel: its title, and what is shaded.
const HEAD: f64 = 54.0;
const HEIGHT: f64 = 180.0;
/// Below the last one: the seconds.
const FOOT: f64 = 42.0;
/// The title of a picture.
const TITLE: f64 = 24.0;
const ROW: f64 = 20.0;
const COLUMN: f64 = 250.0;

impl Chart<'_> {
    /// All panels with a title and a legend, as a file of its own.
    #[must_use]
    pub fn picture(&self, panels: &[Panel<'_>], theme: Theme) -> String {
        let legend = self.labels.len().div_ceil(self.columns()) as f64 * ROW;
        let count = panels.len() as f64;
        let bottom = TITLE + count * (HEAD + HEIGHT);
        let mut svg = Svg::new(bottom + FOOT + legend + 10.0, self.title, theme);
        svg.text(LEFT, 24.0, Text::Title, "start", self.title);
        for (place, panel) in panels.iter().enumerate() {
            let top = TITLE + place as f64 * (HEAD + HEIGHT) + HEAD;
            self.panel(&mut svg, panel, top, place);
        }
        self.seconds(&mut svg, bottom);
        self.legend(&mut svg, bottom + FOOT);
        svg.end()
    }

    /// One panel, for a page that has the legend elsewhere; `number` tells it from the
    /// others of the page.
    #[must_use]
    pub fn single(&self, panel: &Panel<'_>, number: usize, theme: Theme) -> String {
        let bottom = HEAD + HEIGHT;
        let mut svg = Svg::new(bottom + FOOT, panel.title, theme);
        self.panel(&mut svg, panel, HEAD, number);
        self.seconds(&mut svg, bottom);
        svg.end()
    }

    /// How the line of this number is drawn, as a piece of SVG of 28 by 10.
    #[must_use]
    pub fn sample(&self, number: usize, theme: Theme) -> String {
        format!(
            "<svg width=\"28\" height=\"10\" aria-hidden=\"true\"><path d=\"M1 5h26\" {}/></svg>",
            self.stroke(number, theme)
        )
    }

    fn columns(&self) -> usize {
        if self.labels.iter().any(|label| label.chars().count() > 32) {
            2
        } else {
            3
        }
    }

    fn panel(&self, svg: &mut Svg, panel: &Panel<'_>, top: f64, number: usize) {
        self.shade(svg, top);
        svg.text(LEFT, top - 26.0, Text::Head, "start", panel.title);
        for (value, label) in panel.axis.ticks() {
            let y = top + HEIGHT * (1.0 - panel.axis.height(value));
            let right = WIDTH - RIGHT;
            svg.grid(&format!("M{LEFT} {y:.1}H{right}"));
            svg.text(LEFT - 8.0, y + 4.0, Text::Tick, "end", &label);
        }
        svg.clip(number, top);
        let plain = (0..panel.lines.len()).filter(|line| *line != self.stressed);
        for line in plain.chain([self.stressed]) {
            let Some(values) = panel.lines.get(line) else {
                continue;
            };
            for points in self.runs(values, &panel.axis, top) {
                let stroke = self.stroke(line, svg.theme);
                let label = escaped(&self.labels[line]);
                svg.line(&format!(
                    "<polyline class=\"line line-{line}\" points=\"{points}\" {stroke}>\
                     <title>{label}</title></polyline>"
                ));
            }
        }
        svg.line("</g>");
    }

    fn shade(&self, svg: &mut Svg, top: f64) {
        let mut free_from = 0.0;
        for (number, (span, what)) in self.shaded.iter().enumerate() {
            let (from, to) = (self.x(span.start), self.x(span.end));
            if to <= from {
                continue;
            }
            let fill = svg.theme.fill(Paint::Shade(number));
            svg.line(&format!(
                "<rect x=\"{from:.1}\" y=\"{top}\" width=\"{:.1}\" height=\"{HEIGHT}\" {fill}/>",
                to - from
            ));
            // Where there is room for it beside the one before.
            let (middle, half) = (f64::midpoint(from, to), what.chars().count() as f64 * 3.4);
            if middle - half > free_from {
                svg.text(middle, top - 7.0, Text::Shade(number), "middle", what);
                free_from = middle + half;
            }
        }
    }

    /// The points of each stretch without a gap.
    fn runs(&self, values: &[Option<f64>], axis: &Axis, top: f64) -> Vec<String> {
        let mut runs = vec![String::new()];
        for second in self.seconds.clone() {
            let Some(value) = values.get(second).copied().flatten() else {
                if runs.last().is_some_and(|run| !run.is_empty()) {
                    runs.push(String::new());
                }
                continue;
            };
            let x = self.x(second as f64 + 0.5);
            let y = top + HEIGHT * (1.0 - axis.height(value));
            if let Some(run) = runs.last_mut() {
                let space = if run.is_empty() { "" } else { " " };
                // Writing to a string cannot fail.
                let _ = write!(run, "{space}{x:.1},{y:.1}");
            }
        }
        runs.retain(|run| !run.is_empty());
        // A line of a single point would not be seen.
        for run in runs.iter_mut().filter(|run| !run.contains(' ')) {
            let again = format!(" {run}");
            run.push_str(&again);
        }
        runs
    }

    fn stroke(&self, number: usize, theme: Theme) -> String {
        theme.stroke((number != self.stressed).then(|| {
            // The stressed one has a colour of its own.
            number - usize::from(number > self.stressed)
        }))
    }

    /// The horizontal axis.
    fn seconds(&self, svg: &mut Svg, bottom: f64) {
        let step = axis::step(self.seconds.len() as f64, 12.0).max(1.0) as usize;
        let first = self.seconds.start.next_multiple_of(step);
        for second in (first..=self.seconds.end).step_by(step) {
            let x = self.x(second as f64);
            svg.text(x, bottom + 17.0, Text::Tick, "middle", &second.to_string());
        }
        let middle = f64::midpoint(LEFT, WIDTH - RIGHT);
        svg.text(middle, bottom + 34.0, Text::Tick, "middle", "seconds");
    }

    fn legend(&self, svg: &mut Svg, top: f64) {
        let columns = self.columns();
        let width = COLUMN * 3.0 / columns as f64;
        for (place, label) in self.labels.iter().enumerate() {
            let x = LEFT - 20.0 + (place % columns) as f64 * width;
            let y = top + 10.0 + (place / columns) as f64 * ROW;
            let stroke = self.stroke(place, svg.theme);
            svg.line(&format!("<path d=\"M{x} {y}h26\" {stroke}/>"));
            svg.text(x + 34.0, y + 4.0, Text::Legend, "start", label);
        }
    }

    fn x(&self, second: f64) -> f64 {
        let span = self.seconds.len().max(1) as f64;
        let share = (second - self.seconds.start as f64) / span;
        LEFT + share.clamp(0.0, 1.0) * (WIDTH - LEFT - RIGHT)
    }
}

/// What a text is in a picture.
#[derive(Clone, Copy)]
enum Text {
    Title,
    Head,
    Legend,
    Tick,
    /// Above the shade of this number.
    Shade(usize),
}

/// A picture that is being written.
struct Svg {
    text: String,
    theme: Theme,
}

impl Svg {
    fn new(height: f64, title: &str, theme: Theme) -> Self {
        let title = escaped(title);
        let mut svg = Self {
            text: format!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
                 role=\"img\" aria-label=\"{title}\" font-family=\"system-ui, sans-serif\" \
                 font-size=\"12\">\n"
            ),
            theme,
        };
        if theme == Theme::Paper {
            let fill = theme.fill(Paint::Paper);
            svg.line(&format!(
                "<rect width=\"{WIDTH}\" height=\"{height}\" {fill}/>"
            ));
        }
        svg
    }

    fn text(&mut self, x: f64, y: f64, kind: Text, anchor: &str, text: &str) {
        let (paint, font) = match kind {
            Text::Title => (Paint::Ink, " font-size=\"16\" font-weight=\"600\""),
            Text::Head => (Paint::Ink, " font-size=\"13\" font-weight=\"600\""),
            Text::Legend => (Paint::Ink, ""),
            Text::Tick => (Paint::Faint, ""),
            Text::Shade(number) => (Paint::Shaded(number), ""),
        };
        let fill = self.theme.fill(paint);
        self.line(&format!(
            "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\"{font} {fill}>{}</text>",
            escaped(text)
        ));
    }

    fn grid(&mut self, path: &str) {
        let grid = self.theme.grid();
        self.line(&format!("<path d=\"{path}\" {grid}/>"));
    }

    /// What is drawn next stays inside the panel.
    fn clip(&mut self, number: usize, top: f64) {
        self.line(&format!(
            "<clipPath id=\"panel-{number}\"><rect x=\"{LEFT}\" y=\"{:.1}\" width=\"{}\" \
             height=\"{}\"/></clipPath><g clip-path=\"url(#panel-{number})\">",
            top - 2.0,
            WIDTH - RIGHT - LEFT,
            HEIGHT + 4.0
        ));
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn end(mut self) -> String {
        self.line("</svg>");
        self.text
    }
}

/// A text as XML has it. The backquotes of Markdown are left out.
///
/// ```
/// assert_eq!(retry_lab::chart::escaped("`a` < \"b\""), "a &lt; &quot;b&quot;");
/// ```
#[must_use]
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('`', "")
}
