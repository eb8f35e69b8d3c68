//! The panels of `grafana.json`, and their pictures.

use super::prometheus::operating;
use serde_json::Value;
use std::fmt::Write as _;
use std::fs;

/// A panel, as far as it matters here.
pub(crate) struct Panel {
    pub(crate) title: String,
    pub(crate) slug: String,
    pub(crate) targets: Vec<Target>,
    unit: String,
    /// The value of the line across it.
    threshold: Option<f64>,
}

/// A query of a panel.
pub(crate) struct Target {
    expression: String,
    legend: String,
}

/// A line of a picture: its name, and points by seconds since the start.
pub(crate) struct Line {
    name: String,
    points: Vec<(f64, f64)>,
}

/// All panels, in order.
pub(crate) fn panels() -> Vec<Panel> {
    let text = fs::read_to_string(operating("grafana.json")).unwrap();
    let dashboard: Value = serde_json::from_str(&text).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    panels.iter().map(Panel::read).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

impl Panel {
    fn read(panel: &Value) -> Self {
        let title = text(&panel["title"]);
        let words: Vec<_> = title
            .split(|letter: char| !letter.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect();
        let defaults = &panel["fieldConfig"]["defaults"];
        let targets = panel["targets"].as_array().unwrap();
        assert!(!text(&panel["description"]).is_empty());
        Self {
            slug: words.join("-"),
            title,
            targets: targets
                .iter()
                .map(|target| Target {
                    expression: text(&target["expr"]),
                    legend: text(&target["legendFormat"]),
                })
                .collect(),
            unit: text(&defaults["unit"]),
            threshold: defaults["thresholds"]["steps"][1]["value"].as_f64(),
        }
    }
}

impl Target {
    /// With all that Grafana fills in.
    pub(crate) fn expression(&self, interval: &str) -> String {
        let expression = self
            .expression
            .replace("$__rate_interval", interval)
            .replace("$job", ".*")
            .replace("$function", ".*");
        assert!(!expression.contains('$'), "{expression}");
        expression
    }

    /// The line of a result of `query_range`.
    pub(crate) fn line(&self, result: &Value, from: u64) -> Line {
        let mut name = self.legend.clone();
        for label in ["function", "target", "reason", "verdict", "error_type"] {
            let value = result["metric"][label].as_str().unwrap_or_default();
            name = name.replace(&format!("{{{{{label}}}}}"), value);
        }
        let values = result["values"].as_array().unwrap();
        let points = values.iter().map(|point| {
            let time = point[0].as_f64().unwrap();
            let value = point[1].as_str().unwrap().parse().unwrap();
            (time - f64::from(u32::try_from(from).unwrap()), value)
        });
        Line {
            name: name.trim().to_owned(),
            points: points
                .filter(|(_, value): &(f64, f64)| value.is_finite())
                .collect(),
        }
    }
}

const COLOURS: [&str; 7] = [
    "#3274d9", "#e0752d", "#56a64b", "#a352cc", "#c4162a", "#0a8a8a", "#8a6d0a",
];
const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 180.0;
const LEFT: f64 = 56.0;
const TOP: f64 = 34.0;
const LEGEND: f64 = 18.0;

impl Panel {
    /// The picture, of so many seconds.
    pub(crate) fn draw(&self, lines: &[Line], length: u64) -> String {
        let length = f64::from(u32::try_from(length).unwrap());
        let values = lines
            .iter()
            .flat_map(|line| &line.points)
            .map(|point| point.1);
        let most = values.chain(self.threshold).fold(0.0, f64::max);
        let (most, ticks) = scale(most);
        let x = |seconds: f64| LEFT + seconds / length * WIDTH;
        let y = |value: f64| TOP + HEIGHT - value / most * HEIGHT;
        let rows = f64::from(u32::try_from(lines.len().div_ceil(2)).unwrap());
        let (width, height) = (LEFT + WIDTH + 24.0, TOP + HEIGHT + 34.0 + rows * LEGEND);
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
             font-family=\"sans-serif\" font-size=\"12\">\n\
             <rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n\
             <text x=\"{LEFT}\" y=\"20\" font-size=\"14\" font-weight=\"bold\">{}</text>\n",
            self.title
        );
        for tick in ticks {
            let (at, label) = (y(tick), self.label(tick));
            let _ = writeln!(
                svg,
                "<line x1=\"{LEFT}\" x2=\"{}\" y1=\"{at:.1}\" y2=\"{at:.1}\" stroke=\"#dddddd\"/>\
                 <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\" fill=\"#555555\">{label}</text>",
                LEFT + WIDTH,
                LEFT - 6.0,
                at + 4.0
            );
        }
        let mut minutes = 0.0;
        while minutes * 60.0 <= length {
            let _ = writeln!(
                svg,
                "<text x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\" fill=\"#555555\">{minutes} min</text>",
                x(minutes * 60.0),
                TOP + HEIGHT + 18.0
            );
            minutes += 20.0;
        }
        if let Some(threshold) = self.threshold {
            let at = y(threshold);
            let _ = writeln!(
                svg,
                "<line x1=\"{LEFT}\" x2=\"{}\" y1=\"{at:.1}\" y2=\"{at:.1}\" stroke=\"#c4162a\" stroke-dasharray=\"6 4\"/>",
                LEFT + WIDTH
            );
        }
        for (index, line) in lines.iter().enumerate() {
            let colour = COLOURS[index % COLOURS.len()];
            let place = |value: usize| f64::from(u32::try_from(value).unwrap());
            let (column, row) = (place(index % 2), place(index / 2));
            let (left, below) = (
                LEFT + column * WIDTH / 2.0,
                TOP + HEIGHT + 40.0 + row * LEGEND,
            );
            let _ = writeln!(
                svg,
                "<path d=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\"/>\n\
                 <rect x=\"{left}\" y=\"{:.1}\" width=\"12\" height=\"3\" fill=\"{colour}\"/>\
                 <text x=\"{}\" y=\"{below:.1}\">{}</text>",
                path(line, x, y),
                below - 5.0,
                left + 18.0,
                line.name
            );
        }
        svg + "</svg>\n"
    }

    fn label(&self, value: f64) -> String {
        match self.unit.as_str() {
            "percentunit" => format!("{} %", value * 100.0),
            "s" => format!("{value} s"),
            "reqps" => format!("{value}/s"),
            _ => value.to_string(),
        }
    }
}

/// The line, interrupted where there was nothing for longer than a scrape.
fn path(line: &Line, x: impl Fn(f64) -> f64, y: impl Fn(f64) -> f64) -> String {
    let mut path = String::new();
    let mut last = f64::NEG_INFINITY;
    for (seconds, value) in &line.points {
        let command = if seconds - last > 16.0 { 'M' } else { 'L' };
        let _ = write!(path, "{command}{:.1} {:.1}", x(*seconds), y(*value));
        last = *seconds;
    }
    path
}

/// A round number that is no less, and the ticks up to it.
fn scale(most: f64) -> (f64, Vec<f64>) {
    let power = 10_f64.powf(most.max(1e-6).log10().floor());
    let step = [0.2, 0.5, 1.0, 2.0]
        .map(|step| step * power)
        .into_iter()
        .find(|step| most / step <= 5.0)
        .unwrap_or(2.0 * power);
    let count = (most / step).ceil().max(1.0);
    let mut ticks = Vec::new();
    let mut tick = 0.0;
    while tick <= count {
        // Without the dust of floating point.
        ticks.push((tick * step * 1e6).round() / 1e6);
        tick += 1.0;
    }
    (count * step, ticks)
}
