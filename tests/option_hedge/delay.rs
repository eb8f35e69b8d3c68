//! The delay as an expression, and one that learns.

use crate::service::slow_first;
use crate::support::{Calls, Fault, ms, timed};
use retry_runtime::{HedgeDelay, retry};
use std::time::Duration;

struct Delays {
    fixed: Duration,
    maybe: Option<Duration>,
    follows: HedgeDelay,
    calls: Calls,
}

impl Delays {
    fn new(maybe: Option<Duration>) -> Self {
        Self {
            fixed: ms(30),
            maybe,
            follows: HedgeDelay::new(),
            calls: Calls::new(),
        }
    }

    #[retry(hedge = self.fixed)]
    async fn fixed(&self) -> Result<u32, Fault> {
        slow_first(&self.calls, 1000).await
    }

    #[retry(hedge = self.maybe)]
    async fn maybe(&self) -> Result<u32, Fault> {
        slow_first(&self.calls, 1000).await
    }

    #[retry(hedge = &self.follows)]
    async fn follows(&self, slow: u64) -> Result<u32, Fault> {
        slow_first(&self.calls, slow).await
    }

    #[retry(hedge = self.follows.delay())]
    async fn percentile(&self) -> Result<u32, Fault> {
        slow_first(&self.calls, 1000).await
    }

    #[retry(hedge = "hedge(40ms, 2)")]
    async fn quoted(&self) -> Result<u32, Fault> {
        slow_first(&self.calls, 1000).await
    }

    #[retry(hedge = hedge(self.fixed, 2))]
    async fn of_two(&self) -> Result<u32, Fault> {
        slow_first(&self.calls, 1000).await
    }
}

#[tokio::test(start_paused = true)]
async fn the_delay_may_be_an_expression() {
    for (maybe, expected) in [(Some(ms(40)), 40), (None, 1000)] {
        let delays = Delays::new(maybe);
        assert_eq!(timed(delays.maybe()).await.1, ms(expected));
    }
    assert_eq!(timed(Delays::new(None).fixed()).await.1, ms(30));
    assert_eq!(timed(Delays::new(None).of_two()).await.1, ms(30));
    assert_eq!(timed(Delays::new(None).quoted()).await.1, ms(40));
}

#[tokio::test(start_paused = true)]
async fn a_hedge_delay_learns_by_the_calls_themselves() {
    let delays = Delays::new(None);
    for _ in 0..200 {
        assert!(delays.follows(0).await.is_ok());
    }
    assert!(delays.follows.delay().is_some(), "200 calls are enough");
    let slow = Delays {
        calls: Calls::new(),
        ..delays
    };
    let (outcome, took) = timed(slow.follows(1000)).await;
    assert_eq!(outcome, Ok(2));
    assert!(took < ms(10), "{took:?}");
    let slow = Delays {
        calls: Calls::new(),
        ..slow
    };
    assert!(timed(slow.percentile()).await.1 < ms(10));
}
