//! Coverage tools see the user's own lines inside of what the attributes write. The
//! compiler is asked where it would count: that is in the LLVM IR, one record a function.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// The target folder that this test was compiled into.
fn target() -> PathBuf {
    let this = env::current_exe().expect("a path");
    this.ancestors().nth(3).expect("target/debug/deps").into()
}

/// The IR of this package's library; `None` where the compiler has no profiler.
fn instrumented() -> Option<String> {
    let target = target();
    let ir = target.join("tests/coverage.ll");
    fs::create_dir_all(target.join("tests")).expect("made");
    let output = Command::new(env!("CARGO"))
        .args(["rustc", "--lib", "--offline", "--manifest-path"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
        .arg("--target-dir")
        .arg(target)
        .args(["--", "-Cinstrument-coverage", "-Ccodegen-units=1"])
        .arg(format!("--emit=llvm-ir={}", ir.display()))
        .output()
        .expect("cargo");
    let said = String::from_utf8_lossy(&output.stderr);
    if said.contains("profiler_builtins") {
        println!("skipped: this compiler has no profiler");
        return None;
    }
    assert!(output.status.success(), "{said}");
    Some(fs::read_to_string(ir).expect("emitted"))
}

/// The bytes of `c"..\0A\\"`, the form of a constant in the IR.
fn constant(line: &str) -> Vec<u8> {
    let (_, rest) = line.split_once(" c\"").expect("a constant");
    let (text, _) = rest.split_once('"').expect("its end");
    let mut bytes = Vec::new();
    let mut chars = text.bytes();
    while let Some(byte) = chars.next() {
        bytes.push(match byte {
            b'\\' => escaped(&mut chars).expect("`\\\\` or two digits"),
            byte => byte,
        });
    }
    bytes
}

/// What stands behind a backslash: another one, or a byte in two digits.
fn escaped(chars: &mut std::str::Bytes<'_>) -> Option<u8> {
    let first = chars.next()?;
    if first == b'\\' {
        return Some(first);
    }
    let digits = [first, chars.next()?];
    u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()
}

/// Numbers in LEB128.
struct Numbers<'b>(std::slice::Iter<'b, u8>);

impl Numbers<'_> {
    fn skip(&mut self, count: usize) {
        for _ in 0..count {
            self.next();
        }
    }

    fn next(&mut self) -> usize {
        let mut number = 0;
        for shift in (0..).step_by(7) {
            let byte = *self.0.next().expect("a number");
            number |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        number
    }
}

/// The lines that one function counts. The record is described in LLVM's "Code Coverage
/// Mapping Format": files, expressions, and then for each file its regions.
fn lines_of(record: &[u8], counted: &mut BTreeSet<usize>) {
    let mut numbers = Numbers(record.iter());
    let files = numbers.next();
    numbers.skip(files);
    let expressions = numbers.next();
    numbers.skip(2 * expressions);
    for _ in 0..files {
        let mut line = 0;
        for _ in 0..numbers.next() {
            let _counter = numbers.next();
            line += numbers.next();
            let _column = numbers.next();
            let more = numbers.next();
            let _end = numbers.next();
            counted.extend(line..=line + more);
        }
    }
}

#[test]
fn every_line_of_the_users_is_counted() {
    let Some(ir) = instrumented() else { return };
    let mut counted = BTreeSet::new();
    let records = ir.lines().filter(|line| line.starts_with("@__covrec_"));
    for record in records.map(constant) {
        lines_of(&record, &mut counted);
    }
    let source = include_str!("../src/lib.rs").lines().enumerate();
    let missing: Vec<_> = source
        .filter(|(_, line)| line.ends_with("// counted"))
        .filter(|(at, _)| !counted.contains(&(at + 1)))
        .collect();
    assert!(missing.is_empty(), "{missing:#?}");
}
