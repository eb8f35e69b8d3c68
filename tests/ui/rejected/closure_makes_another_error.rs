use retry_runtime::gate::{Admission, Gate, GateOutcome, Rejected};
use retry_runtime::retry;

struct Breaker;

impl Gate for Breaker {
    fn admit(&self) -> Result<Admission, Rejected> {
        Ok(Admission::Normal)
    }
    fn record(&self, _: Admission, _: GateOutcome) {}
}

struct RpcError;

#[retry(breaker = Breaker, on = |_| true, rejected = |_| 503)]
async fn get() -> Result<u32, RpcError> {
    Err(RpcError)
}

fn main() {}
