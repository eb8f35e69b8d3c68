//! The pictures of `guide::incident` are those that the commands on that page write, and
//! the panels of the dashboard. `INCIDENT=overwrite` writes them anew.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// What both commands of the page begin with.
const COMMAND: &str =
    "outage --processes 10 --calls 200/s --capacity 3000/s --queue 2s --length 100s";

/// What each goes on with, by the picture that it writes.
const COMMANDS: [(&str, &[&str]); 2] = [
    (
        "incident-storm.svg",
        &[
            "--budget",
            "none",
            "--retries-off",
            "50s..80s",
            "--peers",
            "no",
        ],
    ),
    (
        "incident-budget.svg",
        &["--budget", "10%, reserve 10", "--peers", "no"],
    ),
];

/// All words of a command.
fn command(own: &[&'static str]) -> Vec<&'static str> {
    COMMAND.split(' ').chain(own.iter().copied()).collect()
}

/// Panels of `docs/operating`, by their names beside the page.
const PANELS: [(&str, &str); 2] = [
    ("incident-retries.svg", "retries-per-call.svg"),
    (
        "incident-endings.svg",
        "calls-that-were-retried-by-how-they-ended.svg",
    ),
];

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

fn plot(name: &str) -> PathBuf {
    repository("retry-runtime/docs/plots").join(name)
}

/// What a file has to be.
fn hold(path: &Path, text: &str) {
    if std::env::var("INCIDENT").is_ok_and(|how| how == "overwrite") {
        fs::write(path, text).unwrap();
    }
    let found = fs::read_to_string(path).unwrap_or_default();
    assert!(
        found == text,
        "{} is out of date: INCIDENT=overwrite writes it anew",
        path.display()
    );
}

/// What the lab writes.
fn drawn(name: &str, arguments: &[&str]) -> String {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let mut arguments = arguments.to_vec();
    arguments.extend(["--svg", path.to_str().unwrap()]);
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let status = retry_lab::cli::run(arguments, &mut out, &mut err, false);
    assert_eq!(status, 0, "{}", String::from_utf8_lossy(&err));
    fs::read_to_string(path).unwrap()
}

/// A picture as an address of its own, for pages that have no files beside them.
fn address(svg: &str) -> String {
    let mut address = "data:image/svg+xml,".to_owned();
    for byte in svg.trim_end().bytes() {
        match byte {
            b'\n' => address.push_str("%0A"),
            byte if byte.is_ascii_alphanumeric() || b"-_.~/:=,;'".contains(&byte) => {
                address.push(char::from(byte));
            }
            byte => write!(address, "%{byte:02X}").unwrap(),
        }
    }
    address
}

#[test]
fn the_pictures_are_what_the_page_says() {
    let page = fs::read_to_string(repository("retry-runtime/docs/incident.md")).unwrap();
    let panel = |file| fs::read_to_string(repository("docs/operating/panels").join(file)).unwrap();
    let lab = COMMANDS.map(|(name, arguments)| (name, drawn(name, &command(arguments))));
    let panels = PANELS.map(|(name, file)| (name, panel(file)));
    let mut addresses = String::new();
    for (name, svg) in panels.into_iter().chain(lab) {
        hold(&plot(name), &svg);
        let label = name.trim_end_matches(".svg");
        assert!(
            page.contains(&format!("][{label}]\n")),
            "{label} is not shown"
        );
        assert!(
            page.contains(&format!("[{label}]: plots/{name}\n")),
            "{label} has no address"
        );
        writeln!(addresses, "[{label}]: {}", address(&svg)).unwrap();
    }
    // A blank line, since the page follows it.
    addresses.push('\n');
    hold(&plot("incident-addresses.md"), &addresses);
}

/// A shell's line, with a backslash at the end of all lines but the last.
#[test]
fn the_commands_stand_on_the_page() {
    let page = fs::read_to_string(repository("retry-runtime/docs/incident.md")).unwrap();
    let lines = page.replace("\\\n", " ");
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    for (name, arguments) in COMMANDS {
        let quoted = command(arguments).into_iter().map(|argument| {
            if argument.contains(' ') {
                format!("'{argument}'")
            } else {
                argument.to_owned()
            }
        });
        let command = format!(
            "retry-lab {} --svg {name}",
            quoted.collect::<Vec<_>>().join(" ")
        );
        assert!(
            lines.lines().any(|line| words(line) == command),
            "the page lacks `{command}`"
        );
    }
}
