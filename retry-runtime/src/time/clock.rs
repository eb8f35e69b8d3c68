//! The clock: tokio's, which tests can pause, or the system's without tokio.

// Its clock panics, and so would the first retry.
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
compile_error!(
    "`retry-runtime` needs a clock, and wasm32-unknown-unknown has none: build for \
     wasm32-wasip1 or wasm32-wasip2, or leave the retries to the host that calls the module"
);

#[cfg(feature = "tokio")]
pub(crate) use tokio::time::Instant;

#[cfg(not(feature = "tokio"))]
pub(crate) use std::time::Instant;

/// The one place where the clock is read.
pub(crate) fn now() -> Instant {
    #[cfg(test)]
    tests::READS.with(|reads| reads.set(reads.get() + 1));
    crate::seams::now(real)
}

/// The time, whatever a test says.
pub(crate) fn real() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    thread_local! {
        pub(super) static READS: Cell<u32> = const { Cell::new(0) };
    }

    #[cfg(all(feature = "macros", feature = "tokio"))]
    mod of_a_call {
        use super::READS;
        use crate::policy::Policy;
        use crate::retry;
        use std::io;
        use std::time::Duration;

        #[retry(crate = crate)]
        async fn plain() -> io::Result<()> {
            Ok(())
        }

        #[retry(crate = crate, attempt = at)]
        async fn numbered() -> io::Result<u32> {
            Ok(at.number())
        }

        #[retry(crate = crate, timeout = 1s)]
        async fn timed() -> io::Result<()> {
            Ok(())
        }

        async fn reads(call: impl Future) -> u32 {
            READS.with(|reads| reads.set(0));
            call.await;
            READS.with(std::cell::Cell::get)
        }

        #[tokio::test]
        async fn a_success_reads_no_clock_unless_time_is_limited() {
            assert_eq!(reads(plain()).await, 0);
            assert_eq!(reads(numbered()).await, 0);
            let policy = Policy::DEFAULT;
            assert_eq!(reads(policy.run(async |_| io::Result::Ok(()))).await, 0);
            assert_ne!(
                reads(timed()).await,
                0,
                "a limit has to be counted from somewhere"
            );
            let limited = policy.with_deadline(Duration::from_secs(1));
            assert_ne!(reads(limited.run(async |_| io::Result::Ok(()))).await, 0);
        }
    }
}
