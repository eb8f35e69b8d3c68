//! A shop, whose services have one outage after the other.

use crate::breaker::Breaker;
use retry_runtime::__private::{Name, ran_twice, unknown_error};
use retry_runtime::{Budget, Rejected, Transient, Verdict, retry};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

/// What goes wrong in the shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outage {
    /// Nothing: one call in a hundred fails by itself.
    None,
    /// The service for users is down.
    Down,
    /// The service for reports is down, and its clients retry without a budget.
    Storm,
    /// Two of five nodes of the service for users are down, and refuse connections.
    NodesDown,
    /// The service for stock is down, behind a circuit breaker.
    Breaker,
    /// Mails fail with an error of which nothing is known.
    UnknownError,
    /// A payment is part of a retried function.
    RanTwice,
}

/// One call in a hundred.
const BY_ITSELF: u32 = 1;

/// A service in memory: it answers after a while, or fails.
#[derive(Debug)]
struct Service {
    /// How many of a hundred requests fail.
    failing: AtomicU32,
    /// How many of a hundred connections are refused.
    refusing: AtomicU32,
}

/// Why there is no answer.
#[derive(Debug)]
enum Fault {
    Failed,
    /// No connection.
    Refused,
    /// Not asked, by the breaker's word.
    Rejected,
}

impl Transient for Fault {
    fn verdict(&self) -> Verdict {
        match self {
            Self::Failed => Verdict::transient(),
            Self::Refused => Verdict::not_sent(),
            Self::Rejected => Verdict::permanent(),
        }
    }
}

impl From<Rejected> for Fault {
    fn from(_: Rejected) -> Self {
        Self::Rejected
    }
}

impl Service {
    const fn new() -> Self {
        Self {
            failing: AtomicU32::new(BY_ITSELF),
            refusing: AtomicU32::new(0),
        }
    }

    async fn ask(&self) -> Result<(), Fault> {
        if fastrand::u32(..100) < self.refusing.load(Relaxed) {
            return Err(Fault::Refused);
        }
        // One answer of fifty is slow.
        let slow = fastrand::u32(..50) == 0;
        sleep(Duration::from_millis(if slow { 200 } else { 5 })).await;
        if fastrand::u32(..100) < self.failing.load(Relaxed) {
            Err(Fault::Failed)
        } else {
            Ok(())
        }
    }
}

/// The clients of all services.
#[derive(Debug)]
pub struct Shop {
    users: Service,
    users_budget: Budget,
    reports: Service,
    stock: Service,
    stock_budget: Budget,
    breaker: Breaker,
    search: Service,
    search_budget: Budget,
}

impl Shop {
    /// A shop in which nothing goes wrong.
    #[must_use]
    #[allow(clippy::new_without_default, reason = "there is no default shop")]
    pub fn new() -> Self {
        Self {
            users: Service::new(),
            users_budget: Budget::standard(),
            reports: Service::new(),
            stock: Service::new(),
            stock_budget: Budget::standard(),
            breaker: Breaker::new(),
            search: Service::new(),
            search_budget: Budget::standard(),
        }
    }

    #[retry(name = "users.get", target = "users-1", budget = &self.users_budget)]
    async fn user(&self) -> Result<(), Fault> {
        self.users.ask().await
    }

    #[retry(name = "reports.build", budget = none)]
    async fn report(&self) -> Result<(), Fault> {
        self.reports.ask().await
    }

    #[retry(name = "stock.check", target = "stock-1", budget = &self.stock_budget, breaker = &self.breaker)]
    async fn stock(&self) -> Result<(), Fault> {
        self.stock.ask().await
    }

    #[retry(name = "search.find", target = "search-1", budget = &self.search_budget, hedge = 50ms)]
    async fn search(&self) -> Result<(), Fault> {
        self.search.ask().await
    }

    /// Begins an outage, or ends it.
    fn suffer(&self, outage: Outage) {
        let down = |is_down| if is_down { 100 } else { BY_ITSELF };
        let refusing = if outage == Outage::NodesDown { 40 } else { 0 };
        self.users.refusing.store(refusing, Relaxed);
        let users = down(outage == Outage::Down);
        self.users.failing.store(users, Relaxed);
        let reports = down(outage == Outage::Storm);
        self.reports.failing.store(reports, Relaxed);
        let stock = down(outage == Outage::Breaker);
        self.stock.failing.store(stock, Relaxed);
        match outage {
            Outage::UnknownError => unknown_error(Name::written("mail.send"), "smtp::Trouble"),
            Outage::RanTwice => ran_twice("payments.charge"),
            _ => {}
        }
    }

    /// Calls each service so often, for so long, while this goes wrong. A call does not
    /// wait for the one before it.
    pub async fn run(self: &Arc<Self>, outage: Outage, every: Duration, time: Duration) {
        self.suffer(outage);
        let end = Instant::now() + time;
        let mut tick = interval(every);
        tick.set_missed_tick_behavior(MissedTickBehavior::Skip);
        while tick.tick().await < end {
            let shop = Arc::clone(self);
            tokio::spawn(async move {
                // What becomes of a call is counted, and nobody's business here.
                let _ = tokio::join!(shop.user(), shop.report(), shop.stock(), shop.search());
            });
        }
        self.suffer(Outage::None);
    }
}
