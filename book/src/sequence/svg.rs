//! A sequence diagram as SVG, in the colour of the text around it.

use super::{Arrow, Diagram, Row};
use std::fmt::Write;

/// In pixels: how wide a character is at most, on average.
const CHARACTER: usize = 8;
const MARGIN: usize = 16;
const HEAD: usize = 32;
const ROW: usize = 40;
const TITLE: usize = 28;
/// How far from its own column a message goes that returns to it.
const DETOUR: usize = 36;

impl Diagram {
    /// The drawing. It has no empty line, so that Markdown takes it as one block of HTML.
    pub(crate) fn to_svg(&self) -> String {
        let centers = self.centers();
        let right = centers
            .last()
            .map_or(0, |last| last + self.half_width(centers.len() - 1));
        let width = right.max(self.farthest(&centers)) + MARGIN;
        let rows: usize = self.rows.iter().map(height).sum();
        let bottom = MARGIN + HEAD + rows + MARGIN;
        let mut svg = Svg::new(width, bottom + MARGIN);
        for (column, shown) in self.columns.iter().enumerate() {
            let (center, half) = (centers[column], self.half_width(column) - MARGIN / 2);
            self.draw_line_of(column, &centers, bottom, &mut svg);
            svg.rectangle((center - half, MARGIN), (2 * half, HEAD));
            svg.text((center, MARGIN + HEAD / 2 + 5), "middle", shown);
        }
        self.draw_rows(&centers, width, &mut svg);
        svg.end()
    }

    /// The line below a head, which the notes on it interrupt.
    fn draw_line_of(&self, column: usize, centers: &[usize], bottom: usize, svg: &mut Svg) {
        let x = centers[column];
        let mut piece = |from: usize, to: usize| {
            svg.line((x, from), (x, to), r#" stroke-opacity="0.4""#);
        };
        let (mut y, mut start) = (MARGIN + HEAD, MARGIN + HEAD);
        for row in &self.rows {
            if let Row::Note { from, to, text } = row {
                let (left, right) = note(centers[*from], centers[*to], text);
                if (left..right).contains(&x) {
                    let (top, below) = inside(y);
                    piece(start, top);
                    start = below;
                }
            }
            y += height(row);
        }
        piece(start, bottom);
    }

    fn draw_rows(&self, centers: &[usize], width: usize, svg: &mut Svg) {
        let mut y = MARGIN + HEAD;
        let mut loops = Vec::new();
        for row in &self.rows {
            let below = y + height(row);
            match row {
                Row::Message {
                    from,
                    to,
                    arrow,
                    text,
                } => {
                    svg.message((centers[*from], centers[*to]), below - 10, *arrow, text);
                }
                Row::Note { from, to, text } => {
                    let (left, right) = note(centers[*from], centers[*to], text);
                    let (top, bottom) = inside(y);
                    svg.rectangle((left, top), (right - left, bottom - top));
                    svg.text((usize::midpoint(left, right), y + 27), "middle", text);
                }
                Row::Loop(text) => {
                    loops.push(y + 6);
                    svg.text((MARGIN / 2 + 8, y + 22), "start", text);
                }
                Row::End => {
                    if let Some(top) = loops.pop() {
                        svg.frame((MARGIN / 2, top), (width - MARGIN, y + 8 - top));
                    }
                }
            }
            y = below;
        }
    }

    /// Where each column is: as far apart as what stands in and between them asks for.
    fn centers(&self) -> Vec<usize> {
        let mut centers: Vec<usize> = Vec::new();
        for column in 0..self.columns.len() {
            let own = self.half_width(column);
            let mut center = match (column.checked_sub(1), centers.last()) {
                (Some(left), Some(last)) => last + self.half_width(left) + own,
                _ => own + MARGIN / 2,
            };
            for row in &self.rows {
                center = center.max(leftmost(row, column, &centers));
            }
            centers.push(center);
        }
        centers
    }

    fn half_width(&self, column: usize) -> usize {
        text_width(&self.columns[column]) / 2 + MARGIN + MARGIN / 2
    }

    /// How far to the right a row goes.
    fn farthest(&self, centers: &[usize]) -> usize {
        let ends = self.rows.iter().map(|row| match row {
            Row::Message { from, to, text, .. } if from == to => {
                centers[*from] + DETOUR + text_width(text)
            }
            Row::Note { from, to, text } => note(centers[*from], centers[*to], text).1,
            Row::Loop(text) => MARGIN + text_width(text),
            Row::Message { .. } | Row::End => 0,
        });
        ends.max().unwrap_or(0)
    }
}

/// How far to the left a column may be for what stands in this row.
fn leftmost(row: &Row, column: usize, centers: &[usize]) -> usize {
    match row {
        Row::Message { from, to, text, .. } if from == to && from + 1 == column => {
            centers[*from] + DETOUR + text_width(text) + MARGIN
        }
        Row::Message { from, to, text, .. } if from != to && *from.max(to) == column => {
            centers[*from.min(to)] + text_width(text) + 2 * MARGIN
        }
        // Beside the column left of it, and of that at its right.
        Row::Note { from, to, text } if from == to && *from == column => {
            let left = column.checked_sub(1).map_or(0, |left| centers[left]);
            left + text_width(text) / 2 + 2 * MARGIN
        }
        Row::Note { from, to, text } if from == to && from + 1 == column => {
            centers[*from] + text_width(text) / 2 + 2 * MARGIN
        }
        _ => 0,
    }
}

/// The top and the bottom of the box of a note.
const fn inside(y: usize) -> (usize, usize) {
    (y + 8, y + ROW - 4)
}

const fn height(row: &Row) -> usize {
    match row {
        Row::Message { .. } | Row::Note { .. } => ROW,
        Row::Loop(_) => TITLE,
        Row::End => MARGIN,
    }
}

fn text_width(text: &str) -> usize {
    text.chars().count() * CHARACTER
}

/// From where to where a note goes.
fn note(from: usize, to: usize, text: &str) -> (usize, usize) {
    let half = (to - from + MARGIN * 2).max(text_width(text) + MARGIN) / 2;
    let center = usize::midpoint(from, to);
    (center.saturating_sub(half), center + half)
}

type Point = (usize, usize);

struct Svg(String);

impl Svg {
    fn new(width: usize, height: usize) -> Self {
        Self(format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
             style=\"max-width: 100%; height: auto\" font-family=\"sans-serif\" font-size=\"14\" \
             fill=\"currentColor\" stroke=\"currentColor\" role=\"img\">\n"
        ))
    }

    fn add(&mut self, element: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = self.0.write_fmt(element);
        self.0.push('\n');
    }

    fn line(&mut self, from: Point, to: Point, more: &str) {
        let ((x1, y1), (x2, y2)) = (from, to);
        self.add(format_args!(
            r#"<path d="M{x1} {y1}L{x2} {y2}" fill="none"{more}/>"#
        ));
    }

    fn rectangle(&mut self, (x, y): Point, (width, height): Point) {
        self.add(format_args!(
            r#"<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="4" fill-opacity="0.08"/>"#
        ));
    }

    fn frame(&mut self, (x, y): Point, (width, height): Point) {
        self.add(format_args!(
            r#"<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="4" fill="none" stroke-opacity="0.5" stroke-dasharray="3 3"/>"#
        ));
    }

    fn text(&mut self, (x, y): Point, anchor: &str, text: &str) {
        let text = text
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;");
        self.add(format_args!(
            r#"<text x="{x}" y="{y}" text-anchor="{anchor}" stroke="none">{text}</text>"#
        ));
    }

    /// An arrow with its text above, at the height `y`.
    fn message(&mut self, (from, to): Point, y: usize, arrow: Arrow, text: &str) {
        let dashes = if arrow.is_dashed {
            r#" stroke-dasharray="5 4""#
        } else {
            ""
        };
        if from == to {
            let (out, top) = (from + DETOUR - 8, y - 14);
            self.add(format_args!(
                r#"<path d="M{from} {top}H{out}V{y}H{from}" fill="none"{dashes}/>"#
            ));
            self.text((from + DETOUR, y - 2), "start", text);
            self.head(from, y, true);
            return;
        }
        let goes_left = to < from;
        // What is lost ends before it arrives.
        let end = match (arrow.is_lost, goes_left) {
            (false, _) => to,
            (true, true) => to + (from - to) / 4,
            (true, false) => to - (to - from) / 4,
        };
        self.line((from, y), (end, y), dashes);
        self.text((usize::midpoint(from, end), y - 6), "middle", text);
        if arrow.is_lost {
            self.line((end - 5, y - 5), (end + 5, y + 5), "");
            self.line((end - 5, y + 5), (end + 5, y - 5), "");
        } else {
            self.head(end, y, goes_left);
        }
    }

    /// The head of an arrow, whose point is here.
    fn head(&mut self, x: usize, y: usize, goes_left: bool) {
        let back = if goes_left { x + 8 } else { x - 8 };
        let (above, below) = (y - 4, y + 4);
        self.add(format_args!(
            r#"<path d="M{x} {y}L{back} {above}V{below}Z"/>"#
        ));
    }

    fn end(mut self) -> String {
        self.0.push_str("</svg>\n");
        self.0
    }
}
