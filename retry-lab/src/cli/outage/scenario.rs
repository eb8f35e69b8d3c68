//! The scenarios by which the default budget is chosen, by their names.

use super::super::error::CliError;
use crate::simulation::cases::{self, Case, FLEETS, Goal};
use retry_words::misspelt;
use std::fmt::Write;

/// The fleets, as the option and as the cases call them.
const SIZES: [(&str, &str); FLEETS] = [
    ("1", "1 call/s"),
    ("10", "10 calls/s"),
    ("200", "200 calls/s"),
    ("mixed", "mixed"),
];

/// What a scenario is called: its words, with hyphens.
fn name(trouble: &str) -> String {
    let letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '.';
    let words: Vec<&str> = trouble
        .split(|other| !letter(other))
        .filter(|word| !word.is_empty())
        .collect();
    words.join("-")
}

/// All scenarios, one a line.
pub(super) fn list() -> String {
    let mut text = String::from(
        "The scenarios by which the default budget is chosen, each with 2,000 calls/s of\n\
         processes of 1, 10 or 200 calls/s, or a third of each (--fleet 1, 10, 200, mixed):\n\n",
    );
    for case in cases::all().iter().step_by(FLEETS) {
        let judged = match case.goal {
            Goal::Recovery => "the time to recover",
            Goal::Success => "the calls that succeed",
        };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {:<46} {judged}", name(&case.trouble));
    }
    text.push_str(
        "\nHow the default and its peers do in each: benches/RESULTS.md in the repository\n",
    );
    text
}

/// The scenario of this name in this fleet.
pub(super) fn find(wanted: &str, fleet: &str) -> Result<Case, CliError> {
    let Some((_, fleet)) = SIZES.iter().find(|(size, _)| *size == fleet) else {
        return Err(CliError::input(format!(
            "--fleet: `{fleet}` is no fleet: write 1, 10, 200 or mixed"
        )));
    };
    let all = cases::all();
    let found = all
        .iter()
        .find(|case| name(&case.trouble) == wanted && case.fleet == *fleet);
    found.cloned().ok_or_else(|| {
        let names: Vec<String> = all.iter().map(|case| name(&case.trouble)).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mend = misspelt(wanted, &names, |name| name).map_or_else(
            || "`--scenario list` lists them".to_owned(),
            |near| format!("write `{near}`"),
        );
        CliError::input(format!("--scenario: `{wanted}` is no scenario: {mend}"))
    })
}

/// What goes wrong and for whom, in a line.
pub(super) fn title(case: &Case) -> String {
    let fleet = match case.fleet {
        "mixed" => "processes of all sizes".to_owned(),
        fleet => format!("processes with {fleet}"),
    };
    let mut letters = case.trouble.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    let trouble: String = first.into_iter().chain(letters).collect();
    format!("{trouble}, {fleet}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scenario_has_a_name_of_its_own() {
        let mut names: Vec<String> = cases::all()
            .iter()
            .step_by(FLEETS)
            .map(|case| name(&case.trouble))
            .collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
        for name in names {
            for (fleet, _) in SIZES {
                assert!(find(&name, fleet).is_ok(), "{name}, {fleet}");
            }
        }
    }
}
