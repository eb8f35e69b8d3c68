//! Two versions of the runtime in one program: marks of the one are seen by the other,
//! at compile time and at run time, and a retry of the one stops those of the other.
//!
//! The other version is a copy of this one with another number, in a folder of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const NEXT: &str = "0.2.0";

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn write(path: impl AsRef<Path>, text: &str) {
    let path = path.as_ref();
    fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    fs::write(path, text).expect("written");
}

/// Copies a crate's sources and pages.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("made");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(&from, &to).expect("copied");
        }
    }
}

/// The crates under the next number.
fn copy_crates(root: &Path) {
    for name in ["retry-macros", "retry-runtime", "retry-words"] {
        let (from, to) = (repository().join(name), root.join(name));
        for folder in ["src", "docs"] {
            if from.join(folder).is_dir() {
                copy(&from.join(folder), &to.join(folder));
            }
        }
        if from.join("README.md").is_file() {
            fs::copy(from.join("README.md"), to.join("README.md")).expect("copied");
        }
        let manifest = fs::read_to_string(from.join("Cargo.toml")).expect("a manifest");
        // What only its own tests need stays behind.
        let manifest = sections(&manifest, |name| {
            !name.contains("dev-dependencies") && !name.starts_with("[test")
        });
        write(to.join("Cargo.toml"), &manifest);
    }
    let lib = root.join("retry-runtime/src/lib.rs");
    let text = fs::read_to_string(&lib).expect("the root of the crate");
    let hidden = |version: &str| format!("__private_{}", version.replace('.', "_"));
    assert!(
        text.contains(&hidden(&version())),
        "the name of the hidden module"
    );
    write(&lib, &text.replace(&hidden(&version()), &hidden(NEXT)));
}

/// The number of the crates here.
fn version() -> String {
    let manifest = fs::read_to_string(repository().join("Cargo.toml")).expect("a manifest");
    let (_, after) = manifest.split_once("\nversion = \"").expect("a version");
    after.split('"').next().expect("its end").to_owned()
}

/// The sections of a manifest whose heads pass.
fn sections(manifest: &str, passes: impl Fn(&str) -> bool) -> String {
    let mut is_kept = true;
    let kept = manifest.lines().filter(|line| {
        if line.starts_with('[') {
            is_kept = passes(line);
        }
        is_kept
    });
    kept.collect::<Vec<_>>().join("\n")
}

/// A workspace of two libraries and an application, beside the copies.
fn workspace() -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("versions");
    copy_crates(&root);
    let own = repository().display();
    let manifest = fs::read_to_string(repository().join("Cargo.toml")).expect("a manifest");
    let shared = sections(&manifest, |name| {
        name.starts_with("[workspace.") || name == "[features]"
    });
    let (shared, _) = shared
        .split_once("[workspace.lints")
        .expect("lints come last");
    let (_, shared) = shared
        .split_once("[workspace.package]")
        .expect("a shared package");
    let shared = shared.replace(&version(), NEXT).replace(
        "path = \"retry-idempotency\"",
        &format!("path = \"{own}/retry-idempotency\""),
    );
    write(
        root.join("Cargo.toml"),
        &format!(
            "[workspace]\nresolver = \"3\"\nmembers = [\"app\", \"bank\", \"ledger\", \"retry-*\"]\n\
             [workspace.lints.rust]\nunsafe_code = \"forbid\"\n\
             [workspace.package]{shared}"
        ),
    );
    fs::copy(repository().join("Cargo.lock"), root.join("Cargo.lock")).expect("copied");
    let library = |name: &str, dependency: &str, source: &str| {
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[dependencies]\n{dependency}\n"
        );
        write(root.join(name).join("Cargo.toml"), &manifest);
        write(root.join(name).join("src/lib.rs"), source);
    };
    library(
        "bank",
        &format!("retry-runtime = {{ path = \"{own}/retry-runtime\" }}"),
        BANK,
    );
    library(
        "ledger",
        &format!("retry-idempotency = {{ path = \"{own}/retry-idempotency\" }}"),
        LEDGER,
    );
    let of_app = "bank = { path = \"../bank\" }\nledger = { path = \"../ledger\" }\n\
                  retry-runtime = { workspace = true }\n\
                  tokio = { workspace = true, features = [\"macros\", \"rt\", \"time\"] }";
    library("app", of_app, "");
    for (name, source) in APPS {
        write(
            root.join(format!("app/src/bin/{name}.rs")),
            &format!("{HEAD}{source}"),
        );
    }
    root
}

/// A library on the version of this repository.
const BANK: &str = r#"
use retry_runtime::{Operation, non_idempotent, retry};
use std::io;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

#[non_idempotent]
pub async fn charge() -> io::Result<u32> { Ok(1) }

#[derive(Operation)]
#[operation(non_idempotent)]
pub struct Charge { pub cents: u32 }

pub static CALLS: AtomicU32 = AtomicU32::new(0);

#[retry(max = 2, backoff = none, budget = none)]
pub async fn look() -> io::Result<u32> {
    CALLS.fetch_add(1, Relaxed);
    Err(io::ErrorKind::TimedOut.into())
}
"#;

/// A library on the marks alone.
const LEDGER: &str = r#"
use retry_idempotency::{Operation, idempotent, non_idempotent};
use std::io;

#[non_idempotent]
pub async fn append() -> io::Result<u32> { Ok(1) }

#[non_idempotent]
pub fn append_sync() -> io::Result<u32> { Ok(1) }

#[idempotent]
pub async fn set() -> io::Result<u32> { Ok(1) }

#[derive(Operation)]
#[operation(non_idempotent)]
pub struct Append;
"#;

/// Of each application, on the next version.
const HEAD: &str = r#"
#![allow(dead_code, unused_imports)]
use retry_runtime::retry;
use std::io;
async fn send<O>(_: O) -> io::Result<u32> { Ok(1) }
"#;

const APPS: &[(&str, &str)] = &[
    (
        "works",
        r#"
        #[retry(max = 2, backoff = none, budget = none)]
        async fn outer() -> io::Result<u32> { bank::look().await }

        #[retry]
        async fn set() -> io::Result<u32> { ledger::set().await }

        async fn pay() -> io::Result<u32> { bank::charge().await }
        #[retry]
        async fn buy() -> io::Result<u32> { pay().await }

        async fn note() -> io::Result<u32> { ledger::append_sync() }
        #[retry]
        async fn log() -> io::Result<u32> { note().await }

        #[tokio::main(flavor = "current_thread")]
        async fn main() {
            outer().await.unwrap_err();
            // Three by the first attempt, and one by each of the two retries.
            assert_eq!(bank::CALLS.load(std::sync::atomic::Ordering::Relaxed), 5);
            assert_eq!(set().await.unwrap(), 1);
            assert!(tokio::spawn(buy()).await.unwrap_err().is_panic());
            assert!(tokio::spawn(log()).await.unwrap_err().is_panic());
        }
    "#,
    ),
    (
        "awaits",
        "#[retry] async fn buy() -> io::Result<u32> { bank::charge().await }\nfn main() {}",
    ),
    (
        "awaits_marks",
        "#[retry] async fn buy() -> io::Result<u32> { ledger::append().await }\nfn main() {}",
    ),
    (
        "hands_on",
        "#[retry] async fn buy() -> io::Result<u32> { send(bank::charge()).await }\nfn main() {}",
    ),
    (
        "operation",
        "#[retry] async fn buy() -> io::Result<u32> { send(bank::Charge { cents: 1 }).await }\nfn main() {}",
    ),
    (
        "operation_of_marks",
        "#[retry] async fn buy() -> io::Result<u32> { send(ledger::Append).await }\nfn main() {}",
    ),
    (
        "parameter",
        "#[retry] async fn buy(op: &bank::Charge) -> io::Result<u32> { Ok(op.cents) }\nfn main() {}",
    ),
];

fn cargo(root: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO"))
        .current_dir(root)
        .env("CARGO_TARGET_DIR", root.join("target"))
        .args(arguments)
        .args(["--offline", "--quiet"])
        .output()
        .expect("cargo runs")
}

#[test]
fn marks_of_one_version_are_seen_by_another() {
    let root = workspace();
    let works = cargo(&root, &["run", "--bin", "works"]);
    let text = String::from_utf8_lossy(&works.stderr);
    assert!(works.status.success(), "{text}");
    for name in ["charge", "ledger::append_sync"] {
        assert!(
            text.contains(&format!("{name}` is part of a retried function")),
            "{text}"
        );
    }
    for (name, _) in &APPS[1..] {
        let output = cargo(&root, &["build", "--bin", name]);
        let text = String::from_utf8_lossy(&output.stderr);
        let says = [
            "must not await a non-idempotent call",
            "NotRetried",
            "not known to be an operation",
        ];
        assert!(
            !output.status.success() && says.iter().any(|word| text.contains(word)),
            "{name}: {text}"
        );
    }
}
