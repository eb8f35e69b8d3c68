//! Arguments in shapes that a careless expansion trips over.
#![deny(warnings)]

use retry_runtime::retry;
use std::io;
use std::io::Write;

pub struct Pair {
    pub left: u32,
    pub right: [u32; 2],
}

#[retry]
pub async fn taken_apart(
    Pair { left, right: [mut a, b] }: Pair,
    (mut n, _): (u32, u32),
    _: String,
    _unused: Vec<u32>,
) -> io::Result<u32> {
    n += left;
    a += n;
    Ok(a + b)
}

#[retry]
pub async fn only_named_in_a_format_string(name: String) -> io::Result<String> {
    Ok(format!("{name}"))
}

#[retry]
pub async fn reborrowed(buffer: &mut Vec<u8>) -> io::Result<usize> {
    let boxed: Box<&mut Vec<u8>> = Box::new(buffer);
    boxed.as_slice();
    Ok(boxed.len())
}

#[retry]
pub async fn a_mutable_reference(mut slice: &[u8], out: &mut impl Write) -> io::Result<u8> {
    out.write_all(slice)?;
    slice = &slice[1..];
    Ok(slice[0])
}

#[retry]
pub async fn shadowed(name: String) -> io::Result<String> {
    let name = name.clone() + "!";
    Ok(name)
}

// Names that the expansion uses for its own.
#[retry(attempt = attempt, timeout = 1s, before_retry = |call| { let _ = call; })]
pub async fn named_like_ours(
    outcome: u32,
    limit: u32,
    deadline: u32,
    wait: u32,
    verdict: u32,
    error: u32,
    elapsed: u32,
    cut: u32,
    seed: u32,
    site: u32,
) -> io::Result<u32> {
    let sum = outcome + limit + deadline + wait + verdict + error + elapsed + cut + seed + site;
    Ok(sum + attempt.number())
}

fn main() {}
