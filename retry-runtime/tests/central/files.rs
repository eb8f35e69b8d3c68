//! A file of rules that is watched.

use super::{Down, Installed, hold, site};
use retry_runtime::central::{self, Watch};
use retry_runtime::retry;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

#[retry(backoff = none, budget = none)]
fn watched(down: &Down) -> io::Result<u32> {
    down.ask()
}

fn attempts() -> u32 {
    let down = Down::default();
    assert!(watched(&down).is_err());
    down.asked()
}

/// Waits until what is looked for is there: the file is read every second.
fn soon(what: &str, mut there: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(20);
    while !there() {
        assert!(Instant::now() < end, "{what}");
        thread::sleep(Duration::from_millis(20));
    }
}

fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

fn rule(max: u32) -> String {
    format!("['central::files::*']\npolicy = 'max = {max}'\n")
}

/// Whether the watched file has the fault.
fn fault(watch: &Watch, part: &str) -> bool {
    watch.fault().is_some_and(|fault| fault.contains(part))
}

#[test]
fn a_bad_file_changes_nothing_and_is_told_once() {
    let _rules: Installed = hold();
    let file = folder("bad-file").join("rules.toml");
    fs::write(&file, rule(1)).unwrap();
    let watch = central::watch(&file).unwrap();
    assert_eq!(attempts(), 2);
    fs::write(&file, "[default]\npolicy = 'max = many'").unwrap();
    soon("the fault", || fault(&watch, "line 2"));
    assert!(fault(&watch, "rules.toml"));
    assert_eq!(attempts(), 2, "the old rules stay");
    thread::sleep(Duration::from_millis(1200));
    assert_eq!(watch.refused(), 1, "the same fault is told once");
    fs::remove_file(&file).unwrap();
    soon("another fault", || watch.refused() == 2);
    assert_eq!(attempts(), 2);
    fs::write(&file, rule(2)).unwrap();
    soon("new rules", || attempts() == 3);
    assert_eq!(watch.fault(), None);
    drop(watch);
    fs::write(&file, rule(5)).unwrap();
    thread::sleep(Duration::from_millis(1200));
    assert_eq!(attempts(), 3, "watched no more");
    assert_eq!(site("files::watched").rules[0].value, "2");
}

#[test]
fn a_file_that_is_bad_at_the_start_is_an_error() {
    let _rules = hold();
    let file = folder("bad-start").join("rules.toml");
    assert!(central::watch(&file).is_err());
    fs::write(&file, "[default]\nretries = 1").unwrap();
    let error = central::watch(&file).unwrap_err().to_string();
    assert!(
        error.contains("rules.toml") && error.contains("line 2"),
        "{error}"
    );
}

/// As Kubernetes does: the file is a link through `..data`, which is swapped.
#[cfg(unix)]
#[test]
fn a_swapped_link_is_noticed() {
    use std::os::unix::fs::symlink;
    let _rules = hold();
    let mount = folder("config-map");
    for (version, max) in [("..1", 1), ("..2", 2)] {
        fs::create_dir(mount.join(version)).unwrap();
        fs::write(mount.join(version).join("rules.toml"), rule(max)).unwrap();
    }
    symlink("..1", mount.join("..data")).unwrap();
    symlink("..data/rules.toml", mount.join("rules.toml")).unwrap();
    let _watch = central::watch(mount.join("rules.toml")).unwrap();
    assert_eq!(attempts(), 2);
    symlink("..2", mount.join("..data_tmp")).unwrap();
    fs::rename(mount.join("..data_tmp"), mount.join("..data")).unwrap();
    soon("the rules of the other version", || attempts() == 3);
}
