//! The memory of the process, from Linux's /proc.

use std::fmt;
use std::time::{Duration, Instant};

/// The most memory in the second and in the last quarter of the time, in KiB;
/// `None` where the system does not tell.
#[derive(Debug)]
pub struct Memory(Option<(u64, u64)>);

impl Memory {
    /// Samples it until the end, on a thread of its own. The first quarter is the warm-up.
    ///
    /// # Errors
    ///
    /// It has grown since by more than so many percent.
    pub fn watch_blocking(end: Instant, percent: u64) -> Result<Self, String> {
        let (begin, mut early, mut late) = (Instant::now(), 0, 0);
        let time = end - begin;
        while Instant::now() < end {
            std::thread::sleep(Duration::from_millis(50));
            let Some(resident) = resident() else {
                return Ok(Self(None));
            };
            let passed = begin.elapsed();
            if passed > time * 3 / 4 {
                late = resident.max(late);
            } else if passed > time / 4 && passed <= time / 2 {
                early = resident.max(early);
            }
        }
        if late > early + early * percent / 100 {
            return Err(format!("memory grew from {early} KiB to {late} KiB"));
        }
        Ok(Self(Some((early, late))))
    }
}

/// The `VmRSS:     1234 kB` of now, in KiB; `None` where the system does not tell.
#[must_use]
pub fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

impl fmt::Display for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some((early, late)) => write!(
                f,
                "memory: {early} KiB after the warm-up, {late} KiB at the end"
            ),
            None => f.write_str("memory: not measured, for want of /proc/self/status"),
        }
    }
}
