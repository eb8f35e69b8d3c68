//! Makes calls one after the other, for a tool that counts instructions.
//!
//! ```text
//! instructions CONTENDER success|failing|skipping CALLS
//! ```
//!
//! `success`: the first attempt succeeds. `failing`: three failures, then
//! success, without delays. `skipping`: the same with the job's own delays and a
//! timer that does not wait, for those who can be given one.
//! `benches/instructions` runs it and prints the table.

use retry_benches::{Service, contenders, for_each_contender, name_for};
use std::future::Future;
use std::hint::black_box;
use std::pin::Pin;
use std::process::ExitCode;

/// A future of its own for each: none weighs on another.
type Run = Pin<Box<dyn Future<Output = ()>>>;

/// Calls one method so many times.
macro_rules! calls {
    ($contender:ident.$method:ident, $failures:expr, $calls:expr) => {
        Box::pin(async move {
            let service = Service::default();
            let client = contenders::$contender::Client::new(&service);
            for id in 0..$calls {
                service.fail($failures);
                let outcome = client.$method(id, name_for!($contender)).await;
                let _ = black_box(outcome);
            }
        })
    };
}

macro_rules! runs {
    ($($name:ident)*) => {
        fn run(contender: &str, path: &str, calls: u64) -> Option<Run> {
            Some(match (contender, path) {
                $((stringify!($name), "success") => calls!($name.get, 0, calls),
                (stringify!($name), "failing") => calls!($name.at_once, 3, calls),)*
                ("hand", "skipping") => calls!(hand.skipping, 3, calls),
                ("hand_lean", "skipping") => calls!(hand_lean.skipping, 3, calls),
                ("ours", "skipping") => calls!(ours.skipping, 3, calls),
                ("ours_default", "skipping") => calls!(ours_default.skipping, 3, calls),
                ("ours_run", "skipping") => calls!(ours_run.skipping, 3, calls),
                ("backon", "skipping") => calls!(backon.skipping, 3, calls),
                _ => return None,
            })
        }
    };
}
for_each_contender!(runs);

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [contender, path, calls] = &arguments[..] else {
        return ExitCode::from(2);
    };
    let (Ok(calls), Ok(runtime)) = (
        calls.parse(),
        tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build(),
    ) else {
        return ExitCode::from(2);
    };
    let Some(run) = run(contender, path, calls) else {
        return ExitCode::from(2);
    };
    runtime.block_on(run);
    ExitCode::SUCCESS
}
