//! Plots as SVG: panels one above the other over the same seconds, and a legend.

use std::fmt::Write;
use std::ops::Range;

/// A picture.
#[derive(Clone, Debug)]
pub struct Plot<'a> {
    /// What stands above it.
    pub title: &'a str,
    /// The seconds that are shown.
    pub seconds: Range<usize>,
    /// The seconds that are shaded, and what they are.
    pub shaded: (Range<usize>, &'a str),
    /// What the lines are called.
    pub labels: Vec<&'a str>,
    /// Which line is drawn over the others, and thicker.
    pub stressed: usize,
    /// From the top down.
    pub panels: Vec<Panel<'a>>,
}

/// One of its panels.
#[derive(Clone, Debug)]
pub struct Panel<'a> {
    /// What the vertical axis shows.
    pub axis: &'a str,
    /// A value a second, a line each, in the order of the labels.
    pub lines: Vec<Vec<f64>>,
    /// Where the axis ends; what is above leaves the picture.
    pub top: f64,
}

const WIDTH: f64 = 960.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 330.0;
const TOP: f64 = 44.0;
const HEIGHT: f64 = 190.0;
const GAP: f64 = 26.0;
const BOTTOM: f64 = 46.0;

/// Colours that colour-blind readers tell apart (Okabe and Ito), each with a
/// dash, so that lines in one place do not hide each other.
const STROKES: [(&str, &str); 10] = [
    ("#000000", "none"),
    ("#d55e00", "none"),
    ("#56b4e9", "6 3"),
    ("#009e73", "none"),
    ("#cc79a7", "none"),
    ("#e69f00", "8 3"),
    ("#7a5c00", "2 3"),
    ("#666666", "6 3"),
    ("#8b0000", "2 3"),
    ("#999933", "none"),
];

/// How the stressed line is drawn.
const STRESSED: (&str, &str) = ("#0072b2", "none");

impl Plot<'_> {
    /// The picture.
    #[must_use]
    pub fn svg(&self) -> String {
        let panels = self.panels.len() as f64;
        let height = TOP + panels * HEIGHT + (panels - 1.0) * GAP + BOTTOM;
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
             font-family=\"sans-serif\" font-size=\"12\" fill=\"#222\">\n\
             <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#fff\"/>\n\
             <text x=\"{LEFT}\" y=\"24\" font-size=\"15\" font-weight=\"bold\">{}</text>\n",
            escaped(self.title)
        );
        for (place, panel) in self.panels.iter().enumerate() {
            let top = TOP + place as f64 * (HEIGHT + GAP);
            self.frame(&mut svg, panel, top, place == 0);
            self.lines(&mut svg, panel, top, place);
        }
        self.seconds(&mut svg, height - BOTTOM);
        self.legend(&mut svg);
        svg.push_str("</svg>\n");
        svg
    }

    /// Shade, grid and vertical axis.
    fn frame(&self, svg: &mut String, panel: &Panel<'_>, top: f64, first: bool) {
        let (shaded, what) = &self.shaded;
        let (from, to) = (self.x(shaded.start as f64), self.x(shaded.end as f64));
        svg.line(&format!(
            "<rect x=\"{from:.1}\" y=\"{top}\" width=\"{:.1}\" height=\"{HEIGHT}\" fill=\"#f3e3e3\"/>",
            to - from
        ));
        if first {
            svg.line(&format!(
                "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\" fill=\"#844\">{}</text>",
                f64::midpoint(from, to),
                top - 5.0,
                escaped(what)
            ));
        }
        let step = tick(panel.top);
        for count in 0..=(panel.top / step + 1e-9) as usize {
            let value = count as f64 * step;
            let y = y(panel, top, value);
            svg.line(&format!(
                "<path d=\"M{LEFT} {y:.1}H{}\" stroke=\"#ddd\"/>\
                 <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                WIDTH - RIGHT,
                LEFT - 6.0,
                y + 4.0,
                (value * 100.0).round() / 100.0
            ));
        }
        let middle = top + HEIGHT / 2.0;
        svg.line(&format!(
            "<text x=\"16\" y=\"{middle}\" text-anchor=\"middle\" \
             transform=\"rotate(-90 16 {middle})\">{}</text>",
            escaped(panel.axis)
        ));
    }

    fn lines(&self, svg: &mut String, panel: &Panel<'_>, top: f64, place: usize) {
        svg.line(&format!(
            "<clipPath id=\"panel{place}\"><rect x=\"{LEFT}\" y=\"{:.1}\" width=\"{}\" height=\"{}\"/></clipPath>\
             <g clip-path=\"url(#panel{place})\" fill=\"none\">",
            top - 1.0,
            WIDTH - RIGHT - LEFT,
            HEIGHT + 2.0
        ));
        for (number, line) in panel.lines.iter().enumerate() {
            if number != self.stressed {
                self.polyline(svg, panel, top, line, self.stroke(number));
            }
        }
        if let Some(line) = panel.lines.get(self.stressed) {
            self.polyline(svg, panel, top, line, STRESSED);
        }
        svg.line("</g>");
    }

    fn polyline(
        &self,
        svg: &mut String,
        panel: &Panel<'_>,
        top: f64,
        line: &[f64],
        (colour, dash): (&str, &str),
    ) {
        let mut points = String::new();
        for second in self.seconds.clone() {
            if let Some(value) = line.get(second) {
                let (x, y) = (self.x(second as f64 + 0.5), y(panel, top, *value));
                // Writing to a string cannot fail.
                let _ = write!(points, "{x:.1},{y:.1} ");
            }
        }
        let width = if (colour, dash) == STRESSED { 2.6 } else { 1.6 };
        svg.line(&format!(
            "<polyline points=\"{}\" stroke=\"{colour}\" stroke-width=\"{width}\" stroke-dasharray=\"{dash}\"/>",
            points.trim_end()
        ));
    }

    fn stroke(&self, number: usize) -> (&'static str, &'static str) {
        if number == self.stressed {
            STRESSED
        } else {
            STROKES[number % STROKES.len()]
        }
    }

    /// The horizontal axis.
    fn seconds(&self, svg: &mut String, bottom: f64) {
        let step = if self.seconds.len() > 40 { 10 } else { 5 };
        for second in self.seconds.clone().chain([self.seconds.end]).step_by(step) {
            svg.line(&format!(
                "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{second}</text>",
                self.x(second as f64),
                bottom + 16.0
            ));
        }
        svg.line(&format!(
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">seconds</text>",
            f64::midpoint(LEFT, WIDTH - RIGHT),
            bottom + 34.0
        ));
    }

    fn legend(&self, svg: &mut String) {
        let x = WIDTH - RIGHT + 16.0;
        for (place, label) in self.labels.iter().enumerate() {
            let (colour, dash) = self.stroke(place);
            let y = TOP + 10.0 + place as f64 * 20.0;
            svg.line(&format!(
                "<path d=\"M{x} {y}h26\" stroke=\"{colour}\" stroke-width=\"2.4\" stroke-dasharray=\"{dash}\"/>\
                 <text x=\"{}\" y=\"{}\">{}</text>",
                x + 34.0,
                y + 4.0,
                escaped(label)
            ));
        }
    }

    fn x(&self, second: f64) -> f64 {
        let span = self.seconds.len() as f64;
        LEFT + (second - self.seconds.start as f64) / span * (WIDTH - LEFT - RIGHT)
    }
}

fn y(panel: &Panel<'_>, top: f64, value: f64) -> f64 {
    // Far above the picture is far enough.
    top + HEIGHT * (1.0 - (value / panel.top).min(2.0))
}

/// A step of 1, 2 or 5 times a power of ten, four to eight of which make the axis.
fn tick(top: f64) -> f64 {
    let power = 10_f64.powf((top / 8.0).log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|step| top / step <= 8.0)
        .unwrap_or(top)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('`', "")
}

trait Lines {
    fn line(&mut self, line: &str);
}

impl Lines for String {
    fn line(&mut self, line: &str) {
        self.push_str(line);
        self.push('\n');
    }
}
