//! Sequence diagrams in the language of Mermaid, as far as the guide needs it:
//! `participant`, messages, notes and `loop`.

mod svg;

use std::str::FromStr;

/// A sequence diagram.
#[derive(Debug, PartialEq)]
pub(crate) struct Diagram {
    /// What the heads of the columns say.
    columns: Vec<String>,
    rows: Vec<Row>,
}

/// What stands below the heads, from top to bottom. Columns go by their index.
#[derive(Debug, PartialEq)]
enum Row {
    Message {
        from: usize,
        to: usize,
        arrow: Arrow,
        text: String,
    },
    Note {
        from: usize,
        to: usize,
        text: String,
    },
    Loop(String),
    End,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Arrow {
    /// For answers.
    is_dashed: bool,
    /// It does not arrive.
    is_lost: bool,
}

/// The arrows; of two that begin alike the longer one first.
const ARROWS: [(&str, bool, bool); 4] = [
    ("-->>", true, false),
    ("->>", false, false),
    ("--x", true, true),
    ("-x", false, true),
];

impl FromStr for Diagram {
    type Err = String;

    fn from_str(source: &str) -> Result<Self, String> {
        let mut reader = Reader::default();
        let lines = source.lines().map(str::trim);
        let mut lines = lines.filter(|line| !line.is_empty() && !line.starts_with("%%"));
        if lines.next() != Some("sequenceDiagram") {
            return Err("the first line is to be `sequenceDiagram`".to_owned());
        }
        for line in lines {
            reader
                .line(line)
                .map_err(|error| format!("`{line}`: {error}"))?;
        }
        if reader.open_loops > 0 {
            return Err("a `loop` without an `end`".to_owned());
        }
        Ok(reader.diagram)
    }
}

struct Reader {
    /// What the columns are called in messages.
    names: Vec<String>,
    diagram: Diagram,
    open_loops: usize,
}

impl Default for Reader {
    fn default() -> Self {
        Self {
            names: Vec::new(),
            diagram: Diagram {
                columns: Vec::new(),
                rows: Vec::new(),
            },
            open_loops: 0,
        }
    }
}

impl Reader {
    fn line(&mut self, line: &str) -> Result<(), String> {
        if let Some(participant) = line.strip_prefix("participant ") {
            let (name, shown) = participant
                .split_once(" as ")
                .unwrap_or((participant, participant));
            self.names.push(name.trim().to_owned());
            self.diagram.columns.push(shown.trim().to_owned());
            return Ok(());
        }
        let row = if let Some(note) = line.strip_prefix("Note over ") {
            self.note(note)?
        } else if let Some(text) = line.strip_prefix("loop ") {
            self.open_loops += 1;
            Row::Loop(text.trim().to_owned())
        } else if line == "end" {
            self.open_loops = self.open_loops.checked_sub(1).ok_or("no `loop` is open")?;
            Row::End
        } else {
            self.message(line)?
        };
        self.diagram.rows.push(row);
        Ok(())
    }

    fn note(&self, note: &str) -> Result<Row, String> {
        let (over, text) = note.split_once(':').ok_or("a note without `: text`")?;
        let (from, to) = over.split_once(',').unwrap_or((over, over));
        let (from, to) = (self.column(from)?, self.column(to)?);
        Ok(Row::Note {
            from: from.min(to),
            to: from.max(to),
            text: text.trim().to_owned(),
        })
    }

    fn message(&self, line: &str) -> Result<Row, String> {
        let (ends, text) = line
            .split_once(':')
            .ok_or("no participant, note, loop or message")?;
        for (written, is_dashed, is_lost) in ARROWS {
            if let Some((from, to)) = ends.split_once(written) {
                return Ok(Row::Message {
                    from: self.column(from)?,
                    to: self.column(to)?,
                    arrow: Arrow { is_dashed, is_lost },
                    text: text.trim().to_owned(),
                });
            }
        }
        Err("a message has one of the arrows `->>`, `-->>`, `-x`, `--x`".to_owned())
    }

    fn column(&self, name: &str) -> Result<usize, String> {
        let name = name.trim();
        let position = self.names.iter().position(|known| known == name);
        position.ok_or_else(|| format!("no participant is called `{name}`"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RETRY: &str = "sequenceDiagram
        participant C as Client
        participant S as Server
        loop until it succeeds
            C-xS: get(7)
            %% The wait.
            Note over C: waits
        end
        C->>S: get(7)
        S-->>C: Grace";

    #[test]
    fn all_that_the_guide_needs_is_read() {
        let diagram: Diagram = RETRY.parse().unwrap();
        assert_eq!(diagram.columns, ["Client", "Server"]);
        let arrow = |is_dashed, is_lost| Arrow { is_dashed, is_lost };
        let message = |from, to, arrow, text: &str| Row::Message {
            from,
            to,
            arrow,
            text: text.to_owned(),
        };
        let expected = [
            Row::Loop("until it succeeds".to_owned()),
            message(0, 1, arrow(false, true), "get(7)"),
            Row::Note {
                from: 0,
                to: 0,
                text: "waits".to_owned(),
            },
            Row::End,
            message(0, 1, arrow(false, false), "get(7)"),
            message(1, 0, arrow(true, false), "Grace"),
        ];
        assert_eq!(diagram.rows, expected);
    }

    #[test]
    fn what_is_not_understood_is_said() {
        for (lines, expected) in [
            ("C->>S: x", "`C->>S: x`: no participant is called `C`"),
            ("end", "`end`: no `loop` is open"),
            ("loop x", "a `loop` without an `end`"),
            ("alt x", "`alt x`: no participant, note, loop or message"),
            (
                "participant C\nC~C: x",
                "`C~C: x`: a message has one of the arrows `->>`, `-->>`, `-x`, `--x`",
            ),
        ] {
            let error = format!("sequenceDiagram\n{lines}")
                .parse::<Diagram>()
                .unwrap_err();
            assert_eq!(error, expected);
        }
        assert!("graph TD".parse::<Diagram>().is_err());
    }

    #[test]
    fn a_drawing_has_every_text_and_no_empty_line() {
        let svg = RETRY.parse::<Diagram>().unwrap().to_svg();
        for text in [
            "Client",
            "Server",
            "until it succeeds",
            "get(7)",
            "waits",
            "Grace",
        ] {
            assert!(svg.contains(&format!(">{text}</text>")), "{text}");
        }
        // An empty line ends HTML within Markdown.
        assert!(svg.lines().all(|line| !line.trim().is_empty()), "{svg}");
    }

    #[test]
    fn what_html_means_by_its_signs_is_escaped() {
        let source = "sequenceDiagram\nparticipant A as Vec<u8> & more\nA->>A: x";
        let svg = source.parse::<Diagram>().unwrap().to_svg();
        assert!(svg.contains("Vec&lt;u8&gt; &amp; more"), "{svg}");
    }
}
