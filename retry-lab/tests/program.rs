//! The program, as a process of its own.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

fn lab(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_retry-lab"))
        .args(arguments)
        .output()
        .unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A file that is there as long as its name is used by one test alone.
fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// Compares with `tests/golden`; `GOLDEN=overwrite` writes it anew.
fn golden(name: &str, text: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name);
    if std::env::var("GOLDEN").is_ok_and(|how| how == "overwrite") {
        fs::write(&path, text).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap();
    assert_eq!(
        text,
        expected,
        "GOLDEN=overwrite writes {} anew",
        path.display()
    );
}

/// An outage in a tenth of a second.
const SMALL: [&str; 9] = [
    "outage",
    "--processes",
    "5",
    "--calls",
    "20/s",
    "--capacity",
    "150/s",
    "--seed",
    "7",
];

#[test]
fn a_seed_gives_the_same_table_every_time() {
    let first = lab(&SMALL);
    assert!(first.status.success(), "{}", err(&first));
    assert_eq!(err(&first), "");
    golden("outage.txt", &out(&first));
    assert_eq!(first, lab(&SMALL));
    let mut other = SMALL;
    other[8] = "8";
    assert_ne!(first.stdout, lab(&other).stdout);
}

#[test]
fn a_plan_is_drawn() {
    let policy = "max = 5, backoff = fib(50ms, 2s), timeout = 1s";
    let plan = lab(&["plan", policy, "--failure-rate", "20%"]);
    assert!(plan.status.success(), "{}", err(&plan));
    golden("plan.txt", &out(&plan));
}

#[test]
fn help_and_the_scenarios_are_listed() {
    for (name, arguments) in [
        ("help.txt", &[][..]),
        ("help-outage.txt", &["outage", "--help"]),
        ("help-plan.txt", &["plan", "-h"]),
        ("scenarios.txt", &["outage", "--scenario", "list"]),
    ] {
        let listed = lab(arguments);
        assert!(listed.status.success(), "{}", err(&listed));
        golden(name, &out(&listed));
    }
}

#[test]
fn what_cannot_be_is_a_sentence_that_names_the_mend() {
    for (arguments, mend) in [
        (&["outrage"][..], "write `outage` or `plan`"),
        (&["outage", "--polcy", "max = 1"], "write `--policy`"),
        (&["outage", "--policy"], "write one behind it"),
        (
            &["outage", "--policy", "max = 1", "--policy", "max = 2"],
            "keep one of the two",
        ),
        (
            &["outage", "--policy", "tries = 1"],
            "write one of max, backoff",
        ),
        (&["outage", "--budget", "101%"], "write 1% to 100%"),
        (&["outage", "--budget", "5%, reserves 1"], "`reserve 10`"),
        (&["outage", "--calls", "200"], "such as `200/s`"),
        (&["outage", "--outage", "10"], "`10s`"),
        (&["outage", "--outage", "2h"], "write 1ms to 1h"),
        (
            &["outage", "--processes", "1000000"],
            "write fewer `--processes`",
        ),
        (
            &["outage", "--scenario", "half"],
            "`--scenario list` lists them",
        ),
        (
            &["outage", "--scenario", "half-of-the-nodes-hangs"],
            "write `half-of-the-nodes-hang`",
        ),
        (
            &[
                "outage",
                "--scenario",
                "half-of-the-nodes-hang",
                "--queue",
                "1s",
            ],
            "leave out",
        ),
        (
            &["outage", "--fleet", "10"],
            "write `--processes` and `--calls`",
        ),
        (&["outage", "max = 3"], "`--policy 'max = 3'`"),
        (&["plan"], "write it in quotes"),
        (
            &["plan", "max = 3", "--failure-rate", "20"],
            "such as `20%`",
        ),
        (
            &["plan", "max = 3", "--failure-rate", "120%"],
            "from `0%` to `100%`",
        ),
    ] {
        let refused = lab(arguments);
        let said = err(&refused);
        assert_eq!(refused.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(mend), "{arguments:?}: {said}");
        assert!(
            said.starts_with("retry-lab: ") && said.lines().count() == 1,
            "{said}"
        );
        assert_eq!(out(&refused), "");
    }
}

#[test]
fn a_file_that_cannot_be_written_is_no_fault_of_the_arguments() {
    let nowhere = file("nowhere").join("page.html");
    let refused = lab(&["plan", "max = 1", "--html", nowhere.to_str().unwrap()]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        err(&refused).contains("cannot be written"),
        "{}",
        err(&refused)
    );
}

#[test]
#[cfg(unix)]
fn what_is_not_utf_8_is_refused() {
    use std::os::unix::ffi::OsStrExt;
    let refused = Command::new(env!("CARGO_BIN_EXE_retry-lab"))
        .args(["plan".as_ref(), std::ffi::OsStr::from_bytes(b"max\xff")])
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(2));
    assert!(err(&refused).contains("UTF-8"), "{}", err(&refused));
}

/// The pages of both commands.
fn pages(name: &str) -> [(PathBuf, String); 2] {
    let outage = file(&format!("{name}-outage.html"));
    let plan = file(&format!("{name}-plan.html"));
    let mut with_page = SMALL.to_vec();
    with_page.extend(["--html", outage.to_str().unwrap()]);
    // Words that HTML has a meaning for.
    with_page.extend(["--policy", "max = 4, backoff = \"fib(50ms, 2s)\""]);
    assert!(lab(&with_page).status.success());
    let policy = "max = 30, backoff = fixed(50ms), timeout = 1s";
    let html = plan.to_str().unwrap();
    assert!(
        lab(&["plan", policy, "--failure-rate", "5%", "--html", html])
            .status
            .success()
    );
    [outage, plan].map(|path| {
        let page = fs::read_to_string(&path).unwrap();
        (path, page)
    })
}

#[test]
fn pages_are_well_formed_and_need_nothing_from_elsewhere() {
    for (_, page) in pages("formed") {
        assert!(page.starts_with("<!doctype html>\n"));
        well_formed(page.trim_start_matches("<!doctype html>"));
        for foreign in ["<script", "src=", "@import", "<link", "url(h", "https:"] {
            assert!(!page.contains(foreign), "{foreign}");
        }
        let plain = page.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
        assert!(!plain.contains("http:"));
        assert!(!page.contains("NaN") && !page.contains("inf,"));
    }
}

/// Every element is closed in its turn, every attribute is quoted and there once.
fn well_formed(page: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        let text = &rest[..at];
        if open.last() != Some(&"style") {
            assert!(!text.contains('>'), "{text}");
            for entity in text.split('&').skip(1) {
                let known = ["amp;", "lt;", "gt;", "quot;"];
                assert!(
                    known.iter().any(|known| entity.starts_with(known)),
                    "&{entity}"
                );
            }
        }
        let end = at + rest[at..].find('>').unwrap();
        let tag = &rest[at + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
            continue;
        }
        let name = tag.split([' ', '/']).next().unwrap();
        let attributes = tag[name.len()..].trim_end_matches('/').trim();
        let mut seen = Vec::new();
        for attribute in attributes
            .split("\" ")
            .filter(|attribute| !attribute.is_empty())
        {
            let (key, value) = attribute.split_once("=\"").expect(tag);
            assert!(!value.trim_end_matches('"').contains('"'), "{tag}");
            assert!(!seen.contains(&key), "{tag}");
            seen.push(key);
        }
        if !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

/// Debian's browser, where it is installed.
fn chromium() -> Option<&'static str> {
    let found = ["/usr/bin/chromium", "/usr/bin/chromium-browser"];
    found
        .into_iter()
        .find(|path| fs::exists(path).unwrap_or(false))
}

#[test]
fn a_browser_shows_the_pages_light_and_dark_without_scrolling_sideways() {
    let Some(chromium) = chromium() else {
        eprintln!("skipped: chromium is not installed");
        return;
    };
    for (path, page) in pages("shown") {
        // What the page measures is written into its title by this copy alone.
        let measured = path.with_extension("measured.html");
        let script = "<script>document.title=document.documentElement.scrollWidth+' '\
                      +getComputedStyle(document.body).backgroundColor</script></body>";
        fs::write(&measured, page.replace("</body>", script)).unwrap();
        let shown = |scheme: &str| {
            let profile = path.with_extension(format!("profile-{scheme}"));
            let shown = Command::new(chromium)
                .args([
                    "--headless",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                ])
                .args(["--no-first-run", "--disable-background-networking"])
                .args([
                    "--disable-component-update",
                    "--disable-sync",
                    "--dump-dom",
                    "--hide-scrollbars",
                ])
                .args(["--window-size=800,1200", "--virtual-time-budget=2000"])
                .arg(format!("--blink-settings=preferredColorScheme={scheme}"))
                .arg(format!("--user-data-dir={}", profile.display()))
                .arg(format!("file://{}", measured.display()))
                .output()
                .unwrap();
            let _ = fs::remove_dir_all(profile);
            let dom = out(&shown);
            let title = dom.split("<title>").nth(1).unwrap_or_default();
            title
                .split("</title>")
                .next()
                .unwrap_or_default()
                .to_owned()
        };
        assert_eq!(shown("1"), "800 rgb(255, 255, 255)", "{}", path.display());
        assert_eq!(shown("0"), "800 rgb(20, 23, 26)", "{}", path.display());
    }
}
