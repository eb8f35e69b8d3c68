//! What the tests of the targets share: seeds and mutations of them.

use fastrand::Rng;
use retry_fuzz::Target;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().expect("it is a number"))
}

/// The seeds of a target; one that is empty is among them always.
fn seeds(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("seeds")
        .join(name);
    let files = fs::read_dir(&folder).expect("every target has a folder of seeds");
    let mut paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "{} is empty", folder.display());
    let read = paths.iter().map(|path| fs::read(path).unwrap());
    read.chain([Vec::new()]).collect()
}

/// The input is shown so that it can be copied into a file.
fn run(name: &str, target: Target, data: &[u8]) {
    let ran = catch_unwind(AssertUnwindSafe(|| target(data)));
    assert!(ran.is_ok(), "{name} fails on b\"{}\"", data.escape_ascii());
}

fn mutated(seeds: &[Vec<u8>], rng: &mut Rng) -> Vec<u8> {
    let mut data = seeds[rng.usize(..seeds.len())].clone();
    for _ in 0..rng.usize(1..8) {
        let at = rng.usize(..=data.len());
        let to = rng.usize(at..=data.len()).min(at + 16);
        let other = &seeds[rng.usize(..seeds.len())];
        match rng.u8(..6) {
            0 => data.insert(at, rng.u8(..)),
            1 if at < data.len() => data[at] = rng.u8(..),
            // Text is changed into text more often than not.
            2 if at < data.len() => data[at] = rng.u8(b' '..127),
            3 => drop(data.drain(at..to)),
            4 => {
                let part = data[at..to].to_vec();
                drop(data.splice(at..at, part));
            }
            _ => {
                let from = rng.usize(..=other.len());
                let to = rng.usize(from..=other.len());
                drop(data.splice(at..at, other[from..to].iter().copied()));
            }
        }
    }
    data.truncate(4096);
    data
}

fn random(rng: &mut Rng) -> Vec<u8> {
    let length = rng.usize(..200);
    (0..length).map(|_| rng.u8(..)).collect()
}

/// Every seed of a target, and so many mutations as are asked for.
pub(crate) fn attack(name: &str, target: Target) {
    let seeds = seeds(name);
    for seed in &seeds {
        run(name, target, seed);
    }
    let mut rng = Rng::with_seed(setting("RETRY_FUZZ_SEED", 1));
    for case in 0..setting("RETRY_FUZZ_CASES", 3_000) {
        let data = if case % 4 == 0 {
            random(&mut rng)
        } else {
            mutated(&seeds, &mut rng)
        };
        run(name, target, &data);
    }
}
